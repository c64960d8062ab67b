import { run, Wrong } from './commands.mjs';
import { parseHeld } from './options.mjs';
import { Participants, Service, Silent } from './participants.mjs';

const now = Date.parse('2026-01-01T12:00:00Z');

/** A service as far as the command line knows it: it holds these messages, and does with them what `becomes` says. */
class Played extends Service {
  readonly asked: string[] = [];
  silentAfter = Infinity;
  becomes: (id: string) => { status?: number; body: Record<string, unknown> } = () => ({ body: { state: 'done', text: 'it is done' } });
  constructor(
    name: string,
    readonly ids: string[] = [],
  ) {
    super(name, []);
  }
  private held(id: string) {
    return {
      ...{
        id,
        state: 'parked',
        task: 't.T',
        step: 'none',
        process: 'p',
        saga: 's',
        topic: 't',
        attempts: 1,
        lineage: {},
        headers: {},
        bytes: 2,
      },
      ...{
        reason: { code: 'Gone', text: 'it is gone' },
        heldAt: '2026-01-01T11:59:00Z',
        dueAt: null,
        key: null,
        value: { text: '{}' },
        operations: [],
      },
    };
  }
  private hear(what: string): void {
    if (this.asked.length >= this.silentAfter) throw new Silent(this.name, `${this.name} does not answer`);
    this.asked.push(what);
  }

  override async get(path: string) {
    this.hear(`GET ${path}`);
    const { pathname, searchParams } = new URL(path, 'http://x');
    const id = decodeURIComponent(pathname.slice('/held/'.length));
    if (pathname === '/held/groups') {
      const [example] = this.ids;
      const at = '2026-01-01T11:59:00Z';
      const group = {
        state: 'parked',
        reason: 'Gone',
        task: 't.T',
        count: this.ids.length,
        oldest: at,
        newest: at,
        example,
        text: 'it is gone',
      };
      return { status: 200, body: { items: example === undefined ? [] : [group] } };
    }
    if (pathname !== '/held') return this.ids.includes(id) ? { status: 200, body: this.held(id) } : { status: 404, body: {} };
    const [from, limit] = [Number(searchParams.get('cursor')), Number(searchParams.get('limit'))];
    const items = this.ids.slice(from, from + limit).map((one) => this.held(one));
    return { status: 200, body: { items, ...(from + limit < this.ids.length && { next: String(from + limit) }) } };
  }

  override async post(path: string, { actor, body = {} }: { actor: string; body?: object }) {
    this.hear(`${actor} ${path} ${JSON.stringify(body)}`);
    const one = /^\/held\/([^/]+)\/\w+$/.exec(path);
    if (one) return { status: 200, ...this.becomes(decodeURIComponent(one[1] ?? '')) };
    const { cursor, limit } = body as { cursor: string; limit: number };
    const items = this.ids.slice(Number(cursor), Number(cursor) + limit).map((id) => ({ id, ...this.becomes(id).body }));
    const next = Number(cursor) + limit;
    return { status: 200, body: { items, ...(next < this.ids.length && { next: String(next) }) } };
  }
}

describe('npm run held', () => {
  let out = '';
  let said: string[] = [];
  let question: string | undefined;
  beforeEach(() => ([out, said, question] = ['', [], undefined]));
  const asked = (services: Played[], args: string[], answer?: boolean) => {
    const options = parseHeld(args, { user: () => 'zoe' });
    if (options === 'help') throw new Error('no help here');
    const terminal = {
      ...{ out: (text: string) => void (out += text), say: (line: string) => void said.push(line), now: () => now },
      read: async (body: string): Promise<unknown> => JSON.parse(body),
      confirm: (text: string) => {
        question = text;
        return answer === undefined ? undefined : Promise.resolve(answer);
      },
    };
    return run(options, { participants: new Participants(services), terminal });
  };
  const json = () => JSON.parse(out) as { items: { id: string; service: string; state: string }[]; silent: object[]; more?: boolean };
  const many = (count: number) => Array.from({ length: count }, (_, n) => `m${n}`);

  describe('lists', () => {
    it('the groups of all services, also when one is down: that is named, and the status says so', async () => {
      const down = new Played('order');
      down.silentAfter = 0;
      expect(await asked([new Played('payment', many(3)), down, new Played('inventory', many(12))], ['list'])).toBe(3);
      expect(out).toMatch(/parked +12 +inventory +t\.T +Gone +60 s\n +it is gone\n +e\.g\. m0\nparked +3 +payment/);
      expect(said[0]).toBe('order does not answer');
      expect(said[1]).toContain('--url <service>=<address>');
    });

    it('nothing, in words', async () => {
      const down = new Played('order');
      down.silentAfter = 0;
      expect(await asked([new Played('payment')], ['list'])).toBe(0);
      expect(out).toBe('none is held\n');
      await asked([new Played('payment'), down], ['list']);
      expect(out).toContain('those that answered hold none\n');
      out = '';
      expect(await asked([down], ['list'])).toBe(3);
      expect(out).toBe('');
    });

    it('each message, page by page, as many as wanted', async () => {
      const payment = new Played('payment', many(450));
      expect(await asked([payment], ['list', '--each', '--limit', '410', '--state', 'parked', '--json'])).toBe(0);
      expect(json().items).toHaveLength(410);
      expect(json().more).toBe(true);
      expect(payment.asked).toEqual(['0', '200', '400'].map((cursor) => `GET /held?state=parked&cursor=${cursor}&limit=200`));
      out = '';
      await asked([new Played('payment', many(2))], ['list', '--each']);
      expect(out).toBe(
        many(2)
          .map((id) => `parked    payment  t.T  saga s  60 s  1 attempt\n          ${id}\n          Gone: it is gone\n`)
          .join(''),
      );
    });
  });

  describe('shows', () => {
    it('a message wherever it is held', async () => {
      expect(await asked([new Played('order', ['e#hears']), new Played('payment', ['e#hears'])], ['show', 'e#hears'])).toBe(0);
      expect(out).toContain('  at         order\n');
      expect(out).toContain('  at         payment\n');
    });

    it('what there is, and says what is missing', async () => {
      expect(await asked([new Played('order', ['a#b'])], ['show', 'a#b', 'gone'])).toBe(1);
      expect(said).toEqual(['nothing is held under gone; it may have been handled meanwhile']);
      expect(out).toContain('a#b\n');
    });
  });

  describe('does something about one', () => {
    it('at the service that holds it, in the name of who is there', async () => {
      const [order, payment] = [new Played('order'), new Played('payment', ['a#b'])];
      expect(await asked([order, payment], ['drop', 'a#b', '--note', 'n'])).toBe(0);
      expect(order.asked).toEqual(['GET /held/a%23b']);
      expect(payment.asked).toEqual(['GET /held/a%23b', 'zoe /held/a%23b/drop {"note":"n"}']);
      expect(out).toBe('done      payment  a#b\n          it is done\n');
      expect(question).toBeUndefined();
    });

    it('with the outcome of what was done by hand', async () => {
      const payment = new Played('payment', ['a#b']);
      expect(await asked([payment], ['settle', 'a#b', '--outcome', 't.Done', '--body', '{"x":1}', '--note', 'n', '--actor', 'yan'])).toBe(
        0,
      );
      expect(payment.asked[1]).toBe('yan /held/a%23b/settle {"body":{"x":1},"note":"n","outcome":"t.Done"}');
      payment.becomes = () => ({
        status: 422,
        body: { detail: 'see errors', errors: [{ text: 'x is missing' }, { text: 'y must be a string' }] },
      });
      expect(await asked([payment], ['settle', 'a#b', '--body', '{}', '--note', 'n'])).toBe(1);
      expect(out).toContain('not-done  payment  a#b\n          x is missing; y must be a string\n');
    });

    it.each([
      ['parked', 1],
      ['retrying', 1],
      ['waiting', 0],
      ['calling', 0],
      ['refused', 0],
      ['dropped', 0],
    ])('and says with its status whether it is done: %s', async (state, status) => {
      const payment = new Played('payment', ['a#b']);
      payment.becomes = () => ({ body: { state, text: '…' } });
      expect(await asked([payment], ['redrive', 'a#b'])).toBe(status);
    });

    it('also when it is not held any more: who had it says what became of it', async () => {
      const [order, payment] = [new Played('order'), new Played('payment')];
      order.becomes = () => ({ status: 404, body: { detail: 'nothing is held' } });
      payment.becomes = () => ({ status: 409, body: { detail: 'Nothing was done: it was dropped by yan.', code: 'dropped' } });
      expect(await asked([order, payment], ['redrive', 'a#b', '--json'])).toBe(1);
      expect(json().items).toEqual([
        { service: 'payment', id: 'a#b', state: 'not-done', text: 'Nothing was done: it was dropped by yan.', code: 'dropped' },
      ]);
      out = '';
      expect(await asked([order], ['redrive', 'a#b'])).toBe(1);
      expect(out).toContain('no service has ever held it');
      order.silentAfter = order.asked.length + 1;
      expect(await asked([order], ['redrive', 'a#b'])).toBe(3);
      expect(out).toContain('no service that answered has ever held it');
    });

    it('but not where several hold it, until one is named', async () => {
      const both = [new Played('order', ['e#hears']), new Played('payment', ['e#hears', 'a#b'])];
      await expect(asked(both, ['redrive', 'a#b', 'e#hears'])).rejects.toThrow(
        new Wrong('e#hears is held at order and payment: say which is meant with --service.'),
      );
      expect(both.flatMap((service) => service.asked).filter((what) => !what.startsWith('GET'))).toEqual([]);
    });

    it('or only looks at it', async () => {
      const payment = new Played('payment', ['a#b']);
      expect(await asked([payment], ['drop', 'a#b', 'gone', '--note', 'n', '--dry-run'])).toBe(1);
      expect(payment.asked.every((what) => what.startsWith('GET'))).toBe(true);
      expect(out).toContain('1 message would be given up, as zoe; nothing was done\n');
    });
  });

  describe('does something about a group', () => {
    const redrive = ['redrive', '--reason', 'Gone'];

    it('part by part at each service, with what happened to each, and how far it is', async () => {
      const [order, payment] = [new Played('order', ['o']), new Played('payment', many(120))];
      payment.becomes = (id) => ({
        body: id === 'm7' ? { state: 'parked', text: 'it failed again' } : { state: 'done', text: 'it is done' },
      });
      expect(await asked([order, payment, new Played('shipping')], [...redrive, '--task', 't.T'], true)).toBe(1);
      expect(question).toMatch(/\nTry again 121 messages, as zoe\?$/);
      expect(payment.asked.slice(1)).toEqual(
        ['0', '50', '100'].map(
          (cursor) => `zoe /held/redrive {"state":"parked","reason":"Gone","task":"t.T","limit":50,"cursor":"${cursor}"}`,
        ),
      );
      expect(out.split('\n').filter((line) => /^\w+ +(order|payment) /.test(line))).toHaveLength(121);
      expect(out).toMatch(/121 messages: 120 done, 1 parked\n$/);
      expect(said.slice(-3)).toEqual(['payment: 50 messages of 120', 'payment: 100 messages of 120', 'payment: 120 messages of 120']);
    });

    it('as one result for programs', async () => {
      expect(await asked([new Played('order', ['a']), new Played('payment', ['b'])], [...redrive, '--yes', '--json'])).toBe(0);
      expect(json()).toEqual({
        items: [
          { id: 'a', service: 'order', state: 'done', text: 'it is done' },
          { id: 'b', service: 'payment', state: 'done', text: 'it is done' },
        ],
        silent: [],
      });
    });

    it('only if a person wants that, having seen what it is; where nobody is there, it must be said before', async () => {
      const payment = new Played('payment', many(2));
      expect(await asked([payment], ['drop', '--all', '--note', 'n'], false)).toBe(1);
      expect(question).toMatch(/it is gone[^]*\nGive up 2 messages, as zoe\?$/);
      expect(out).toBe('nothing was done\n');
      await expect(asked([payment], redrive)).rejects.toThrow('2 messages would be tried again, and nobody is here to be asked: say --yes');
      expect(payment.asked.every((what) => what.startsWith('GET'))).toBe(true);
    });

    it('or only says what it would be', async () => {
      const payment = new Played('payment', many(2));
      expect(await asked([payment], ['drop', '--all', '--state', 'aside', '--note', 'n', '--dry-run'])).toBe(0);
      expect(payment.asked).toEqual(['GET /held/groups?state=aside&']);
      expect(out).toMatch(/2 messages would be given up, as zoe; nothing was done\n$/);
    });

    it('that is empty, and asks nobody', async () => {
      expect(await asked([new Played('payment')], redrive)).toBe(0);
      expect([out, question]).toEqual(['none is held\n', undefined]);
    });

    it('as far as it gets: a service that falls silent is named, and the others are done', async () => {
      const [order, payment] = [new Played('order', many(120)), new Played('payment', ['b'])];
      order.silentAfter = 2;
      expect(await asked([order, payment], [...redrive, '--yes', '--json'])).toBe(3);
      expect(json().items.map(({ service }) => service)).toEqual([...Array.from({ length: 50 }, () => 'order'), 'payment']);
      expect(json().silent).toEqual([{ service: 'order', text: 'order does not answer' }]);
    });
  });
});
