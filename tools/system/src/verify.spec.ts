import { schemaOf, wireName } from '@duet/message';
import { manifestOf, verify } from '@duet/saga';
import { declarations, findings } from './verify';

describe('the system as its services declare it', () => {
  test('is without a fault: every refusal at every point is undone, every run ends, everything is heard, and every style ends alike', () => {
    expect(findings()).toEqual([]);
  });

  test.each(['order', 'inventory', 'payment', 'shipping'])('cannot do without %s', (name) => {
    expect(verify(declarations.filter((declaration) => declaration.name !== name))).not.toEqual([]);
  });
  test('can do without the orchestrator: no service waits for it', () => {
    expect(verify(declarations.filter(({ name }) => name !== 'orchestrator'))).toEqual([]);
  });
  test.each(['notification', 'analytics'])('can do without %s: no service waits for it', (without) => {
    expect(verify(declarations.filter(({ name }) => name !== without))).toEqual([]);
  });
  test('can do without those who only listen, though then nobody hears how an order ended', () => {
    const rules = verify(declarations.filter(({ name }) => !['notification', 'analytics'].includes(name))).map(({ rule, text }) => [
      rule,
      text.split(' to answer')[0],
    ]);
    expect(rules).toEqual([
      ['event-unheard', 'order publishes OrderConfirmed'],
      ['event-unheard', 'order publishes OrderRejected'],
    ]);
  });

  test('every message has a schema', () => {
    for (const declaration of declarations) {
      const { messages } = manifestOf(declaration, 'test');
      expect(Object.keys(messages)).toEqual(expect.arrayContaining(declaration.handles.map(wireName)));
      // The runtime's own are about any message.
      const ours = Object.values(messages).filter(({ topic }) => topic !== 'duet.parked');
      for (const { schema } of ours) expect(schema.required).toContain('orderId');
    }
    for (const event of declarations.flatMap(({ hears }) => hears)) expect(schemaOf(event).title).toBe(wireName(event));
  });
});
