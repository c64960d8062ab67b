import type { IncomingMessage } from '@duet/kafka';
import { batchOf } from './witness';

const headers = (different: Record<string, string> = {}) =>
  Object.fromEntries(
    Object.entries({
      ...{ ce_specversion: '1.0', ce_id: 'one', ce_source: '/clown', ce_type: 'clown.Joked', ce_time: '2030-01-01T00:00:00.000Z' },
      ...{ ce_subject: 'saga', ce_dataschema: '/clown/Joked/1', 'content-type': 'application/json', ce_correlationid: 'saga' },
      ...{ ce_process: 'circus', ce_style: 'choreography', ce_hop: '0', ce_seq: '1', ce_facts: '{}' },
      ...different,
    }).map(([name, text]) => [name, Buffer.from(text)]),
  );
const received = (different: Partial<IncomingMessage> = {}): IncomingMessage => ({
  ...{ topic: 'p.clown.events', partition: 2, offset: '7', key: Buffer.from('saga'), value: Buffer.from('{"funny":true}') },
  ...{ headers: headers(), timestamp: 5, ...different },
});
const heard = (...messages: IncomingMessage[]) => batchOf(messages, 'p.');

describe('who only listens', () => {
  it('understands a message of a class that nobody here knows', () => {
    const { messages, unreadable } = heard(received());
    expect(unreadable).toEqual([]);
    expect(messages).toMatchObject([
      { topic: 'clown.events', message: { type: 'clown.Joked', process: 'circus', saga: 'saga', body: { funny: true } } },
    ]);
  });

  it('understands one over the limit of hops, too: by it a loop is known', () => {
    expect(heard(received({ headers: headers({ ce_hop: '65' }) })).messages).toHaveLength(1);
  });

  it.each<[string, Partial<IncomingMessage>, string]>([
    ['no headers', { headers: {} }, 'header'],
    ['a style that is none', { headers: headers({ ce_style: 'tango' }) }, 'style'],
    ['a body that is none', { value: Buffer.from('[1]') }, 'schema'],
    ['a body that PostgreSQL cannot store', { value: Buffer.from('{"a":"\\u0000"}') }, 'schema'],
    ['no body', { value: null }, 'not-json'],
    ['another key than its saga', { key: Buffer.from('other') }, 'subject'],
    ['names too long for an index', { headers: headers({ ce_type: 'ü'.repeat(250), ce_source: 'ü'.repeat(250) }) }, 'header'],
    ['a batch that cannot be taken apart', { unreadable: 'its batch is broken' }, 'batch'],
  ])('notes what cannot be read, and where it stands: %s', (_, different, code) => {
    const { messages, unreadable } = heard(received(different), received({ offset: '8' }));
    expect(unreadable).toMatchObject([{ place: 'clown.events/2/7', code }]);
    expect(messages).toHaveLength(1);
  });

  it('takes what a clock of a sender says for a time, whatever it says', () => {
    for (const timestamp of [-1, 9e18, NaN]) {
      const [one] = heard(received({ value: null, timestamp })).unreadable;
      expect(new Date(one!.at).toISOString()).toMatch(/^\d{4}-/);
    }
  });

  it('understands a manifest, also an older one that says less', () => {
    const manifest = { topic: 'p.duet.manifests', value: Buffer.from('{"service":"clown"}') };
    expect(heard(received(manifest)).manifests).toMatchObject([
      { at: 5, manifest: { service: 'clown', handles: [], reactions: [], leads: [] } },
    ]);
    expect(heard(received({ ...manifest, value: Buffer.from('{}') })).unreadable).toHaveLength(1);
    expect(heard(received({ ...manifest, value: null }))).toEqual({ messages: [], manifests: [], unreadable: [] });
  });
});
