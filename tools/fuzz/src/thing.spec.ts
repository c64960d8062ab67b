import type { Route } from '@duet/probe';
import { type Catalogue, escaped, type Thing, things } from './thing';

const route: Route = {
  method: 'POST',
  template: '/orders/{id}',
  inPath: ['id'],
  inQuery: ['limit'],
  inHeader: ['X-Actor'],
  neededHeaders: ['X-Actor'],
  body: { name: 'a' },
};
const schema = { type: 'object', properties: { orderId: { type: 'string', format: 'uuid' } }, required: ['orderId'] };
const catalogue: Catalogue = {
  messages: [{ type: 'order.ConfirmOrder', topic: 'order.commands', schema }],
  others: ['duet.manifests'],
  routes: [{ service: 'order', route }],
};
const some = (seed: number, from = catalogue): Thing[] => {
  const row = things(seed, from);
  return Array.from({ length: 200 }, () => row.next().value);
};

describe('what is thrown', () => {
  it('is the same, byte for byte, for the same seed, and else another', () => {
    expect(some(1)).toEqual(some(1));
    const told = new Set([...some(1), ...some(2), ...some(3)].map(escaped));
    expect(told.size).toBeGreaterThan(500);
  });

  it('goes to Kafka and to REST, or to one of them where the other is not meant', () => {
    expect(new Set(some(1).map(({ is }) => is))).toEqual(new Set(['messages', 'request']));
    expect(new Set(some(1, { ...catalogue, routes: [] }).map(({ is }) => is))).toEqual(new Set(['messages']));
    expect(new Set(some(1, { ...catalogue, messages: [] }).map(({ is }) => is))).toEqual(new Set(['request']));
  });

  it('is told in plain letters, whatever it is', () => {
    for (const thing of some(4)) expect(escaped(thing)).toMatch(/^[ -~…]*$/);
  });
});
