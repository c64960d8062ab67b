import type { Style } from '../api/types';

/** The order in which styles stand side by side. */
export const styleOrder = ['choreography', 'orchestration', 'hybrid'] as const satisfies readonly Style[];

/** A duel as its address tells it: one saga's id for each style, and the step that is looked at; undefined where it is the latest. */
export interface Duel {
  readonly sides: readonly { readonly style: Style; readonly id: string }[];
  readonly step: number | undefined;
  /** How many pieces of what is ordered were available before; undefined where that was not asked. */
  readonly stock?: number | undefined;
}

/** The duel in a page's address; a step that is no whole number is the latest. */
export function duelOf(address: URLSearchParams): Duel {
  const [step, stock] = [address.get('step') ?? '', address.get('stock') ?? ''];
  return {
    sides: styleOrder.flatMap((style) => {
      const id = address.get(style);
      return id ? [{ style, id }] : [];
    }),
    step: /^[1-9]\d{0,5}$/.test(step) ? Number(step) : undefined,
    stock: /^\d{1,13}$/.test(stock) ? Number(stock) : undefined,
  };
}

/** The address of a duel. */
export function duelPath({ sides, step, stock }: Duel): string {
  const said = [
    ...sides.map(({ style, id }) => [style, id]),
    ...Object.entries({ stock, step }).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])),
  ];
  return said.length === 0 ? '/duel' : `/duel?${new URLSearchParams(said).toString()}`;
}
