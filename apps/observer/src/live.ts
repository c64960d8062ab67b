import { Injectable } from '@nestjs/common';
import { Overview } from './overview';
import { SagasStore, type ToldRow } from './sagas.store';
import { meaningOf } from './saga.detail';
import { ObserverStore } from './observer.store';
import type { TapeEntry } from './system.views';
import type { Landscape } from './landscape';

export interface LiveFilter {
  readonly process?: string;
  readonly id?: string;
}

/** So many messages are read from the log at once. */
const page = 500;
/** How often the log is looked at while somebody follows it, in milliseconds: other replicas write it, too. */
const lookEveryMs = 200;
/** How often the counts are looked at, and how long nothing may be said, in milliseconds. */
const countEveryMs = 2_000;
const quietMs = 15_000;

/** The observer's log as a stream. Each reader has a place of its own in it, so none is waited for and none misses anything. */
@Injectable()
export class Live {
  private stopped = false;

  constructor(
    private readonly sagas: SagasStore,
    private readonly store: ObserverStore,
    private readonly overview: Overview,
  ) {}

  stop(): void {
    this.stopped = true;
  }

  /** Server-sent events from this place on; from now on where none is given. Ends with the signal. */
  async *follow(from: string | undefined, filter: LiveFilter, ended: AbortSignal): AsyncGenerator<string> {
    const log = await this.sagas.log();
    const [name, place] = from?.split('-') ?? [];
    const known = name === log.name && Number(place) >= log.forgottenTo;
    let position = known ? Number(place) : (await this.sagas.newest()).position;
    let landscape = await this.store.landscape();
    // Who comes without a place learns where it begins.
    yield from !== undefined && !known
      ? `event: reset\nid: ${log.name}-${position}\ndata: {}\n\n`
      : `id: ${log.name}-${position}\nevent: begin\ndata: {}\n\n`;
    let [said, counted, counts] = [Date.now(), 0, ''];
    while (!ended.aborted && !this.stopped) {
      const rows = await this.sagas.messagesAfter(position, page);
      position = Number(rows.at(-1)?.n ?? position);
      const wanted = rows.filter((row) => isWanted(row, filter));
      if (wanted.length > 0)
        yield wanted
          .map((row) => `id: ${log.name}-${row.n}\nevent: message\ndata: ${JSON.stringify(tapeEntry(row, landscape))}\n\n`)
          .join('');
      if (Date.now() - counted > countEveryMs) {
        const now = JSON.stringify(await this.overview.now());
        landscape = await this.store.landscape();
        if (now !== counts) yield `event: attention\ndata: ${now}\n\n`;
        [counted, counts] = [Date.now(), now];
      }
      if (wanted.length > 0) said = Date.now();
      else if (Date.now() - said > quietMs) {
        // Proxies cut what is silent.
        yield `: nothing\n\n`;
        said = Date.now();
      }
      if (rows.length < page) await pause(lookEveryMs, ended);
    }
  }
}

const isWanted = ({ process, saga }: ToldRow, filter: LiveFilter): boolean =>
  (filter.process === undefined || filter.process === process) && (filter.id === undefined || filter.id === saga);

function tapeEntry(row: ToldRow, landscape: Landscape): TapeEntry {
  const { id, n, process, saga, style, type, kind, service, at, cause, hop, void: isVoid, reason } = row;
  return {
    ...{ id, position: n, process, saga, style, type, kind, service, at: at.toISOString(), hop: Number(hop), void: isVoid },
    means: meaningOf(landscape, { type, kind, void: isVoid }),
    ...(cause !== null && { cause }),
    ...(reason && { reason }),
  };
}

const pause = (ms: number, ended: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      ended.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    ended.addEventListener('abort', done, { once: true });
  });
