import type { MessageView, SagaDetail } from '../api/types';
import { shortName } from '../words/names';

interface SequencePicture {
  readonly width: number;
  readonly height: number;
  readonly lanes: readonly { readonly service: string; readonly x: number }[];
  readonly rows: readonly {
    readonly id: string;
    readonly service: string;
    readonly kind: MessageView['kind'];
    readonly means: MessageView['means'];
    readonly text: string;
    readonly y: number;
    readonly from: number;
    /** Whom a command is for; who has said something because of an event. */
    readonly to: readonly number[];
  }[];
}

const [column, row, top] = [150, 30, 44];

/** Lays out who said what to whom. In px; pure. */
export function sequencePicture({ lanes, log }: Pick<SagaDetail, 'lanes' | 'log'>): SequencePicture {
  const names = [...new Set([...lanes, ...log.flatMap(({ to }) => to ?? [])])];
  const xOf = (service: string): number => column / 2 + names.indexOf(service) * column;
  const followers = new Map<string, Set<string>>();
  for (const { cause, service } of log) if (cause !== undefined) followers.set(cause, (followers.get(cause) ?? new Set()).add(service));
  return {
    width: names.length * column,
    height: top + log.length * row,
    lanes: names.map((service) => ({ service, x: xOf(service) })),
    rows: log.map(({ id, service, kind, means, type, to, reason }, n) => ({
      ...{ id, service, kind, means, y: top + n * row, from: xOf(service) },
      text: reason && means === 'refusal' ? `${shortName(type)} · ${reason.code}` : shortName(type),
      to: (to === undefined ? [...(followers.get(id) ?? [])] : [to]).filter((other) => other !== service).map(xOf),
    })),
  };
}

/** The order's lines among the facts of a saga, where it has some. */
export function linesOf(facts: Readonly<Record<string, unknown>>): { sku: string; quantity: number }[] {
  const { lines } = facts;
  if (!Array.isArray(lines)) return [];
  return (lines as unknown[]).flatMap((line) => {
    const { sku, quantity } = (line ?? {}) as Record<string, unknown>;
    return typeof sku === 'string' && typeof quantity === 'number' ? [{ sku, quantity }] : [];
  });
}
