import type { ReceivedMessage } from '@duet/message';
import fc from 'fast-check';
import { headersFromStored, headersToStored } from './stored';

describe('what waits keeps its bytes', () => {
  it('gives back any header as it came, through JSON', () => {
    const bytes = fc.option(fc.uint8Array({ maxLength: 20 }).map((value) => Buffer.from(value)));
    const name = fc.oneof(
      fc.string({ minLength: 1 }).filter((text) => !text.includes('\u0000')),
      fc.constantFrom('__proto__', 'constructor'),
    );
    fc.assert(
      fc.property(
        fc.array(fc.tuple(name, fc.oneof(bytes, fc.array(bytes)))).map(Object.fromEntries),
        (headers: ReceivedMessage['headers']) => {
          const back = headersFromStored(JSON.parse(JSON.stringify(headersToStored(headers))) as ReturnType<typeof headersToStored>);
          expect(Object.entries(back)).toEqual(Object.entries(headers));
        },
      ),
    );
  });
});
