import { useEffect, useRef, useState } from 'react';
import type { NowView, TapeEntry } from './types';

/** What a listener does with what comes. */
export interface Listener {
  readonly message?: (entry: TapeEntry) => void;
  readonly attention?: (now: NowView) => void;
  /** The place in the log is gone: load everything anew. */
  readonly reset?: () => void;
}

/** `quiet`: nobody listens yet, or the line is cut and is tried again. */
export type Line = 'live' | 'quiet';

/**
 * Follows the observer's log, all of it or one saga's. The browser comes back by itself with Last-Event-ID, so nothing is missed; what may be missed is told by `reset`.
 */
export function useLive(filter: { readonly process?: string; readonly id?: string }, listener: Listener): Line {
  const [line, setLine] = useState<Line>('quiet');
  const latest = useRef(listener);
  useEffect(() => {
    latest.current = listener;
  });
  const query = new URLSearchParams(
    Object.entries(filter).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  ).toString();
  useEffect(() => {
    const source = new EventSource(`/api/events${query && `?${query}`}`);
    const on = <D>(name: string, hear: (data: D) => void): void =>
      source.addEventListener(name, (event: MessageEvent<string>) => hear(JSON.parse(event.data) as D));
    on<TapeEntry>('message', (entry) => latest.current.message?.(entry));
    on<NowView>('attention', (now) => latest.current.attention?.(now));
    on('reset', () => latest.current.reset?.());
    source.onopen = () => setLine('live');
    source.onerror = () => setLine('quiet');
    return () => source.close();
  }, [query]);
  return line;
}
