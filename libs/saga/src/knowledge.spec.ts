import { context, MessageParked, Reason } from '@duet/message';
import { Type } from 'class-transformer';
import { IsUUID, ValidateNested } from 'class-validator';
import * as b from './business.fixture';
import { type Declaration, service } from './declaration';
import { knowledgeOf, newSteps } from './knowledge';
import { orchestrator } from './orchestrator';
import type { Reaction } from './reactions';
import type { Definition } from './saga';
import { verify } from './verify';

const withSaga = (services: readonly Declaration[], definition: Definition): Declaration[] => [
  ...services,
  orchestrator({ name: 'orchestrator', sagas: [definition] }),
];
const declarations = withSaga(Object.values(b.declared), b.placeOrder);
const of = (name: string, style: Parameters<typeof knowledgeOf>[2]): string[] =>
  knowledgeOf(declarations, b.placeOrder, style)
    .find((known) => known.service === name)!
    .others.map(({ type }) => type);

describe('what a service must know of the contracts of others', () => {
  test('choreographed: what begins the process, and what it reacts to', () => {
    expect(of('payment', 'choreography')).toEqual(['OrderPlaced', 'StockReserved', 'ShipmentFailed', 'ShipmentCancelled']);
    expect(of('orchestrator', 'choreography')).toEqual([]);
  });
  test('orchestrated: nothing, unless it does something by itself in every style', () => {
    expect(of('payment', 'orchestration')).toEqual([]);
    expect(of('inventory', 'orchestration')).toEqual(['OrderPlaced', 'OrderShipped']);
  });
  test('who leads knows every command and every answer; in hybrid it asks for nothing after the pivot', () => {
    expect(of('orchestrator', 'orchestration')).toEqual(expect.arrayContaining(['ConfirmOrder', 'OrderConfirmed', 'CancelShipment']));
    expect(of('orchestrator', 'orchestration').filter((type) => !of('orchestrator', 'hybrid').includes(type))).toEqual(['ConfirmOrder']);
  });
  test('its own contracts are no knowledge of others, and what is only noted is counted apart', () => {
    const order = knowledgeOf(declarations, b.placeOrder, 'choreography').find((known) => known.service === 'order')!;
    expect(order.own.every((message) => message.context === 'order')).toBe(true);
    expect(order.noted.map(({ type }) => type)).toEqual(['StockReleased', 'StockIssued', 'PaymentRefunded', 'CancellationRefused']);
  });
  test('what the runtime itself says is no contract of the process', () => {
    const services = Object.values({ ...b.declared, order: { ...b.declared.order, hears: [MessageParked] } });
    expect(knowledgeOf(services, b.placeOrder, 'choreography').find(({ service }) => service === 'order')!.noted).toEqual([]);
  });
});

const fraud = context('fraud');
class Cleared extends fraud.event('Cleared') {
  @IsUUID() orderId!: string;
}
class Suspected extends fraud.event('Suspected') {
  @IsUUID() orderId!: string;
  @ValidateNested() @Type(() => Reason) reason!: Reason;
}
class Forgotten extends fraud.event('Forgotten') {
  @IsUUID() orderId!: string;
}
class CheckFraud extends fraud.command('CheckFraud', { ok: Cleared, fail: Suspected }) {
  @IsUUID() orderId!: string;
}
class ForgetCheck extends fraud.undo('ForgetCheck', { of: CheckFraud, ok: Forgotten }) {
  @IsUUID() orderId!: string;
}

/** The business with a check for fraud put before the step with this index; of the others, only these services have changed their tables. */
function withFraud(index: number, changed: readonly string[]): Declaration[] {
  const { steps, start } = b.placeOrder;
  const next = steps[index]!.command;
  const after = steps[index - 1]?.command.ok ?? start;
  const added = (entry: Reaction): Reaction[] => {
    if (entry.heard === after && entry.command === next) return [{ ...entry, heard: Cleared }];
    return entry.heard === next.fail ? [entry, { ...entry, heard: Suspected }] : [entry];
  };
  const services = Object.values(b.declared).map((declaration) => ({
    ...declaration,
    reactions: changed.includes(declaration.name)
      ? declaration.reactions.map((table) => ({ ...table, entries: table.entries.flatMap(added) }))
      : declaration.reactions,
  }));
  const later = [...steps.slice(index).flatMap(({ command }) => command.fail ?? []), b.ShipmentCancelled];
  const own = b.nothing.on(after, CheckFraud).on(later, ForgetCheck);
  const build = ({ orderId }: Record<string, unknown>) => ({ orderId });
  const step = { command: CheckFraud, kind: 'compensatable' as const, withinMs: 1_000, build, back: { command: ForgetCheck, build } };
  return withSaga([...services, service({ name: 'fraud', handles: [CheckFraud, ForgetCheck], reactions: [own], hears: [Forgotten] })], {
    ...b.placeOrder,
    steps: [...steps.slice(0, index), step, ...steps.slice(index)],
  });
}

describe('what a new step changes', () => {
  const places = newSteps(declarations, b.placeOrder);

  test('choreographed, the later it stands the more tables; orchestrated, the saga', () => {
    expect(places.map(({ after, ...who }) => ({ after: after.type, ...who }))).toEqual([
      { after: 'OrderPlaced', choreographed: ['order', 'inventory'], orchestrated: ['orchestrator'] },
      { after: 'StockReserved', choreographed: ['order', 'inventory', 'payment'], orchestrated: ['orchestrator'] },
      { after: 'PaymentProcessed', choreographed: ['order', 'inventory', 'payment', 'shipping'], orchestrated: ['orchestrator'] },
    ]);
  });
  test.each(places.map(({ after, choreographed }, index) => [after.type, choreographed, index] as const))(
    'after %s it needs exactly these changes: with them verify finds nothing, without any one of them it does',
    (_, changed, index) => {
      expect(verify(withFraud(index, changed))).toEqual([]);
      for (const forgetful of changed)
        expect(
          verify(
            withFraud(
              index,
              changed.filter((name) => name !== forgetful),
            ),
          ),
        ).not.toEqual([]);
    },
  );
});
