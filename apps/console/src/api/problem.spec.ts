import { orUnknown, Refused } from './problem';

describe('what an owner has of an order', () => {
  it('is nothing where it says that it knows nothing', async () =>
    expect(await orUnknown(Promise.reject(Refused.from(404, { title: 'Not Found' })))).toBeUndefined());

  it.each([Refused.from(503, {}), Refused.silent('gone'), new TypeError('of another kind')])(
    'is not said to be nothing where it could not be asked: %s',
    async (error) => await expect(orUnknown(Promise.reject(error))).rejects.toBe(error),
  );

  it('is what it answers', async () => expect(await orUnknown(Promise.resolve(7))).toBe(7));
});
