import type { Page } from 'playwright-core';
import type { Broken, Cast, Scene } from './scene';

/** One picture: a page in a state, in light unless told otherwise. */
export interface Picture {
  /** The name of its file, without `.png`. */
  readonly name: string;
  readonly path: (cast: Cast & Broken) => string;
  /** It is taken while everybody is there: of `cast` it knows the first part only. */
  readonly early?: boolean;
  readonly dark?: boolean;
  /** In pixels. */
  readonly height?: number;
  /** What there is when the page can be looked at: a text on it. */
  readonly shows: string | RegExp;
  /** What happens before the picture is taken. */
  readonly meanwhile?: (page: Page, scene: Scene) => Promise<unknown>;
}

/** Something for the tape. */
const orders = async (_: Page, scene: Scene): Promise<void> => {
  await scene.place('choreography', { lines: [{ sku: 'limited-cup', quantity: 50 }] });
  await scene.place('orchestration', { paymentMethod: 'card_declined' });
};

const overview = { path: () => '/', shows: 'Where the time goes', meanwhile: orders, height: 900 };
/** The step at which payment says no: what comes next is different in each style. */
const duel = { path: ({ duel: address }: Cast) => `${address}&step=5`, shows: /^Both end equal/, height: 980, early: true };

const sagaPath = (id: string): string => `/sagas/place-order/${id}`;

/** Every page of the console, in an order in which a reader meets them. */
export const pictures: readonly Picture[] = [
  { name: 'duel', ...duel },
  { name: 'duel-dark', ...duel, dark: true },
  { name: 'overview', ...overview },
  { name: 'overview-dark', ...overview, dark: true },
  { name: 'sagas', path: () => '/sagas', shows: 'in words', height: 720, early: true },
  { name: 'saga', path: ({ refusedLed }) => sagaPath(refusedLed), shows: 'Copy as Mermaid', height: 460, early: true },
  { name: 'saga-stalled', path: ({ stalled }) => sagaPath(stalled), shows: /overdue/, height: 640 },
  {
    name: 'saga-sequence',
    path: ({ refusedLed }) => `${sagaPath(refusedLed)}?tab=sequence`,
    shows: 'Copy as Mermaid',
    height: 640,
    early: true,
  },
  { name: 'flow', path: () => '/flow?process=place-order&style=choreography', shows: 'as declared?', height: 860, early: true },
  { name: 'parked', path: ({ parked }) => `/parked?at=payment&held=${encodeURIComponent(parked)}`, shows: 'By reason', height: 560 },
  { name: 'operations', path: ({ waiting }) => `/operations?process=place-order&saga=${waiting}`, shows: 'Retry now …', height: 480 },
  { name: 'journal', path: () => '/operations?show=journal', shows: 'what it came to', height: 400, early: true },
  { name: 'shop', path: ({ shop }) => `/order?id=${shop}`, shows: 'See the whole saga', height: 420, early: true },
];
