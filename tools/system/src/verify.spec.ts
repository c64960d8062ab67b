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
  test.each(['notification', 'orchestrator'])('can do without %s: no service waits for it', (name) => {
    expect(verify(declarations.filter((declaration) => declaration.name !== name))).toEqual([]);
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
