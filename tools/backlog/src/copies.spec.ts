import { copyOf, NoTemplate, templateOf } from './copies';

const read = {
  ...{ topic: 'inventory.events', partition: 0, offset: '7', timestamp: 0 },
  key: Buffer.from('saga-1'),
  value: Buffer.from('{"orderId":"saga-1"}'),
  headers: { ce_id: Buffer.from('m-1'), ce_subject: Buffer.from('saga-1'), ce_facts: Buffer.from('{"orderId":"saga-1","total":3}') },
};

describe('a copy of a message', () => {
  it('is that of another saga, wherever the saga is named, with an id of its own', () => {
    const { topic, key, value, headers } = copyOf(templateOf(read));
    expect({ topic, value, headers: { ...headers, ce_id: 'new' } }).toEqual({
      topic: 'inventory.events',
      value: `{"orderId":"${key}"}`,
      headers: { ce_id: 'new', ce_subject: key, ce_facts: `{"orderId":"${key}","total":3}` },
    });
    expect(key).not.toBe('saga-1');
    expect(headers['ce_id']).not.toBe('m-1');
  });

  it('is not made of what is no message of a saga', () => expect(() => templateOf({ ...read, key: null })).toThrow(NoTemplate));
});
