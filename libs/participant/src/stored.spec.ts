import fc from 'fast-check';
import { headersFromStored, headersToStored } from './stored';

describe('what waits keeps its bytes', () => {
  it('gives back any header as it came, through JSON', () => {
    const bytes = fc.uint8Array({ maxLength: 20 }).map((value) => Buffer.from(value));
    const name = fc.string({ minLength: 1 }).filter((text) => !text.includes('\u0000') && text !== '__proto__');
    fc.assert(
      fc.property(fc.dictionary(name, fc.oneof(bytes, fc.array(bytes))), (headers) => {
        const back = headersFromStored(JSON.parse(JSON.stringify(headersToStored(headers))) as ReturnType<typeof headersToStored>);
        expect({ ...back }).toEqual({ ...headers });
      }),
    );
  });
});
