import { schemaOf, wireName } from '@duet/message';
import { manifestOf, verify } from '@duet/saga';
import { declarations, findings } from './verify';

describe('the system as its services declare it', () => {
  test('dances without a fault: every refusal at every point is undone, every run ends, everything is heard', () => {
    expect(findings()).toEqual([]);
  });

  test.each(['order', 'inventory', 'payment', 'shipping'])('cannot do without %s', (name) => {
    expect(verify(declarations.filter((declaration) => declaration.name !== name))).not.toEqual([]);
  });
  test('can do without notification: it is heard by nobody', () => {
    expect(verify(declarations.filter(({ name }) => name !== 'notification'))).toEqual([]);
  });

  test('every message has a schema', () => {
    for (const declaration of declarations) {
      const { messages } = manifestOf(declaration, 'test');
      expect(Object.keys(messages)).toEqual(expect.arrayContaining(declaration.handles.map(wireName)));
      for (const { schema } of Object.values(messages)) expect(schema.required).toContain('orderId');
    }
    for (const event of declarations.flatMap(({ hears }) => hears)) expect(schemaOf(event).title).toBe(wireName(event));
  });
});
