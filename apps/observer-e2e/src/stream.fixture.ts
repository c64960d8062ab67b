/** An event of a stream of server-sent events. */
export interface StreamEvent {
  readonly event: string;
  readonly id: string | undefined;
  readonly data: { readonly saga?: string; readonly id?: string; readonly type?: string };
}

/** Reads a stream of server-sent events as a browser does. */
export class EventStream {
  readonly events: StreamEvent[] = [];
  private readonly ended = new AbortController();
  private reading: Promise<void> = Promise.resolve();

  static async open(url: string, lastEventId?: string): Promise<EventStream> {
    const stream = new EventStream();
    const headers = { Accept: 'text/event-stream', ...(lastEventId !== undefined && { 'Last-Event-ID': lastEventId }) };
    const response = await fetch(url, { headers, signal: stream.ended.signal });
    if (response.status !== 200 || !response.body) throw new TypeError(`the stream answers ${response.status}`);
    stream.reading = stream.read(response.body).catch(() => undefined);
    return stream;
  }

  /** The place of the last event that had one. */
  get lastEventId(): string | undefined {
    return this.events.findLast(({ id }) => id !== undefined)?.id;
  }

  of(saga: string): StreamEvent[] {
    return this.events.filter(({ event, data }) => event === 'message' && data.saga === saga);
  }

  async close(): Promise<void> {
    this.ended.abort();
    await this.reading;
  }

  private async read(body: ReadableStream<Uint8Array>): Promise<void> {
    let text = '';
    for await (const chunk of body.pipeThrough(new TextDecoderStream())) {
      text += chunk;
      for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
        this.take(text.slice(0, end));
        text = text.slice(end + 2);
      }
    }
  }

  private take(block: string): void {
    const fields = new Map(block.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]));
    const data = fields.get('data');
    if (data === undefined) return;
    this.events.push({ event: fields.get('event') ?? 'message', id: fields.get('id'), data: JSON.parse(data) as StreamEvent['data'] });
  }
}
