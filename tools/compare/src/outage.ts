import { type Style, wireName } from '@duet/message';
import type { System } from '@duet/probe';
import { answersOf, commandsOf, type Definition } from '@duet/saga';
import { NotInTime, request } from '@duet/testbed';
import { byStyle, type ByStyle, type Fate, inTurn, type Outage, type Survival, type Told, window } from './figures';
import type { Shop } from './shop';

/** Orders of each style before a death, and as many after it: enough for every partition. */
const atATime = 20;

/** Ids of orders, by style; none where nobody took them. */
type Orders = ByStyle<string | undefined>;

/** Kills a service while orders are under way, places others, and starts it again. */
export async function outageOf(
  { system, shop, definition }: { system: System; shop: Shop; definition: Definition },
  service: string,
  whileDown: (orders: Orders) => Promise<void>,
): Promise<Outage> {
  const underWay = await ordersAtThePivot(system, shop, definition);
  await system.kill(service);
  const pivot = ownerOfThePivot(definition);
  if (service !== pivot) system.resume(pivot);
  const placed = await inTurn((style) => shop.place(style));
  const all = [...Object.values(underWay), ...Object.values(placed)].filter((orderId) => orderId !== undefined);
  await shop.ended(all, window).catch((error: unknown) => {
    if (!(error instanceof NotInTime)) throw error;
  });
  const soFar = new Map(
    all.map((orderId) => [orderId, { ended: shop.endOf(orderId) !== undefined, after: lastOf(shop, definition, orderId) }]),
  );
  await whileDown(placed);
  await system.restart(service);
  await shop.ended(all);
  const fateOf = (orderId: string | undefined): Fate => {
    const then = orderId === undefined ? undefined : soFar.get(orderId);
    if (orderId === undefined || !then) return { is: 'not accepted' };
    const { type = '', reason } = shop.endOf(orderId) ?? {};
    const as = reason === undefined ? shortOf(type) : `${shortOf(type)} (${reason})`;
    return then.ended ? { is: 'ended', as } : { is: 'waited', after: then.after, as };
  };
  return { service, placed: byStyle((style) => fateOf(placed[style])), underWay: byStyle((style) => fateOf(underWay[style])) };
}

/** Kills one of two replicas of a service amid orders; the other goes on alone. */
export async function survivalOf({ system, shop }: { system: System; shop: Shop }, service: string): Promise<Survival> {
  const other = await system.join(service);
  const placed = byStyle((): string[] => []);
  const place = async (): Promise<void> => {
    for (let n = 0; n < atATime; n++)
      await inTurn(async (style) => {
        const orderId = await shop.place(style);
        if (orderId !== undefined) placed[style].push(orderId);
      });
  };
  await place();
  await system.kill(service);
  const died = performance.now();
  await system.replace(service, other);
  await place();
  const ended = async (style: Style): Promise<number> => {
    await shop.ended(placed[style]);
    return (performance.now() - died) / 1_000;
  };
  const [choreography, hybrid, orchestration] = await Promise.all([ended('choreography'), ended('hybrid'), ended('orchestration')]);
  return { service, seconds: { choreography, hybrid, orchestration } };
}

const pivotOf = ({ steps }: Definition) => steps.find(({ kind }) => kind === 'pivot') ?? steps.at(-1);
const ownerOfThePivot = (definition: Definition): string => pivotOf(definition)?.command.context ?? '';

/** One order of each style whose pivot has been asked for; its owner's clock stands still. */
async function ordersAtThePivot(system: System, shop: Shop, definition: Definition): Promise<Orders> {
  const index = definition.steps.findIndex((step) => step === pivotOf(definition));
  const before = definition.steps[index - 1]?.command.ok ?? definition.start;
  const asked = (style: Style): string => wireName(style === 'choreography' ? before : (definition.steps[index]?.command ?? before));
  system.pause(ownerOfThePivot(definition));
  const orders = await inTurn((style) => shop.place(style));
  await inTurn(async (style) => {
    const orderId = orders[style];
    if (orderId !== undefined) await shop.said(orderId, asked(style));
  });
  return orders;
}

/** The last that was said of an order, by those who lead it on. */
function lastOf(shop: Shop, definition: Definition, orderId: string): string {
  const leading = [wireName(definition.start), ...answersOf(definition).keys(), ...commandsOf(definition).map(wireName)];
  return shortOf(
    shop
      .messagesOf(orderId)
      .filter(({ type }) => leading.includes(type))
      .at(-1)?.type ?? '',
  );
}

const shortOf = (type: string): string => type.slice(type.indexOf('.') + 1);

/** What the order service and the orchestrator say of an order now. */
export async function toldOf(system: System, orderId: string | undefined): Promise<Told> {
  const order = await request<{ history?: readonly { type: string }[] }>('GET', `${system.url('order')}/orders/${orderId}?expand=history`);
  const saga = await request<{ next?: { text: string } }>('GET', `${system.url('orchestrator')}/sagas/${orderId}`);
  return {
    history: (order.body.history ?? []).map(({ type }) => shortOf(type)),
    orchestrator: saga.status === 200 ? (saga.body.next?.text ?? 'nothing') : undefined,
  };
}
