import { resend } from './resend.mjs';

/** A service that answers what it is told to, and what it was asked. */
class Fake {
  readonly name = 'payment';
  readonly asked: object[] = [];
  constructor(
    private readonly parts: object[],
    private readonly unsent: number[] = [],
    private readonly status = 200,
  ) {}
  async get() {
    return { status: 200, body: { unsent: this.unsent.shift() ?? 0 } };
  }
  async post(_: string, { body }: { actor: string; body?: object }) {
    this.asked.push(body ?? {});
    return { status: this.status, body: { messages: 0, busy: 0, until: 'u', detail: 'the broker is away', ...this.parts.shift() } };
  }
}
const told: number[] = [];
const run = (service: Fake) =>
  resend(service, { since: 's', actor: 'ann', told: (messages) => told.push(messages), pause: async () => undefined });

describe('sending again', () => {
  beforeEach(() => (told.length = 0));

  it('goes part by part to the end of the span that it began with, and once more to see that nothing is left', async () => {
    const service = new Fake([{ messages: 3, next: 'n1' }, { messages: 2, next: 'n2' }, {}, {}]);
    expect(await run(service)).toEqual({ service: 'payment', messages: 5 });
    expect(service.asked).toEqual([
      { since: 's' },
      { since: 's', until: 'u', from: 'n1' },
      { since: 's', until: 'u', from: 'n2' },
      { since: 's', until: 'u' },
    ]);
    expect(told.at(-1)).toBe(5);
  });

  it('asks again for sagas that had something on their way', async () => {
    const service = new Fake([{ messages: 1, busy: 1 }, { messages: 0, busy: 1 }, { messages: 4 }, {}]);
    expect(await run(service)).toEqual({ service: 'payment', messages: 5 });
  });

  it('waits until all is sent, and says how much is not when nothing moves', async () => {
    expect(await run(new Fake([{ messages: 2 }, {}], [2, 1, 0]))).toEqual({ service: 'payment', messages: 2 });
    const stuck = await run(
      new Fake(
        [{ messages: 2 }, {}],
        Array.from({ length: 1_000 }, () => 2),
      ),
    );
    expect(stuck).toEqual({ service: 'payment', messages: 2, left: '2 messages are not sent yet; the service goes on trying' });
  });

  it('gives up on sagas that stay busy', async () => {
    const stuck = await run(new Fake(Array.from({ length: 1_000 }, () => ({ busy: 1 }))));
    expect(stuck.left).toContain('have something on their way that is not sent');
  });

  it('says what the service said', async () =>
    expect(run(new Fake([], [], 503))).rejects.toThrow('payment answered 503: the broker is away'));
});
