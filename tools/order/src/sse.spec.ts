import { eventsIn, follow } from './sse.mjs';

async function* bytes(...texts: string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield new TextEncoder().encode(text);
}
const read = async (...texts: string[]) => {
  const events = [];
  for await (const event of eventsIn(bytes(...texts))) events.push(event);
  return events;
};

describe('a stream of server-sent events', () => {
  it('is read by its fields, wherever it was cut into chunks', async () => {
    const text = 'id: log-7\nevent: message\ndata: {"a":1}\n\n: nothing\n\nevent: attention\ndata:{}\n\n';
    const events = [
      { id: 'log-7', event: 'message', data: '{"a":1}' },
      { id: undefined, event: 'attention', data: '{}' },
    ];
    expect(await read(text)).toEqual(events);
    expect(await read(...text)).toEqual(events);
    expect(await read(text.replaceAll('\n', '\r\n'))).toEqual(events);
  });

  it('has data of several lines, and characters of several bytes', async () => {
    expect(await read('data: a\ndata: b\n\n')).toEqual([{ id: undefined, event: 'message', data: 'a\nb' }]);
    const [first, second] = [new TextEncoder().encode('data: ü\n\n').subarray(0, 7), new TextEncoder().encode('data: ü\n\n').subarray(7)];
    const events = [];
    for await (const event of eventsIn(
      (async function* () {
        yield first;
        yield second;
      })(),
    ))
      events.push(event.data);
    expect(events).toEqual(['ü']);
  });

  describe('that is followed', () => {
    let asked: (string | null)[];
    const answers = (...all: (string | Error)[]) => {
      asked = [];
      return async (_: unknown, init?: RequestInit) => {
        asked.push(new Headers(init?.headers).get('Last-Event-ID'));
        const answer = all.shift();
        if (answer === undefined) throw new TypeError('fetch failed');
        if (answer instanceof Error) throw answer;
        return new Response(answer);
      };
    };
    const event = (id: string) => `id: ${id}\ndata: {}\n\n`;
    const first = async (count: number, open: typeof fetch) => {
      const ended = new AbortController();
      const told: string[] = [];
      for await (const { event, id } of follow('http://x', { signal: ended.signal, open, againMs: 1 }))
        if (told.push(id ?? event) === count) ended.abort();
      return told;
    };

    it('goes on after the last event when it breaks off, and says that it was away, once', async () => {
      const open = answers(event('1') + event('2'), new TypeError('fetch failed'), new TypeError('fetch failed'), event('3'));
      expect(await first(5, open as typeof fetch)).toEqual(['1', '2', 'away', 'back', '3']);
      expect(asked).toEqual([null, '2', '2', '2']);
    });

    it('has failed where it could not be opened at all', async () => {
      await expect(first(1, answers(new TypeError('fetch failed')) as typeof fetch)).rejects.toThrow('fetch failed');
      await expect(first(1, async () => new Response('', { status: 404 }))).rejects.toThrow('answers 404');
    });
  });
});
