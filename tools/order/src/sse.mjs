// @ts-check
import { setTimeout as pause } from 'node:timers/promises';
import { TextDecoder } from 'node:util';

/** One server-sent event. @typedef {{ event: string, id: string | undefined, data: string }} ServerEvent */

/**
 * Reads a body as the HTML standard has it: fields by lines, an event ends with an empty one, a line that begins with a colon says nothing.
 * @param {AsyncIterable<Uint8Array>} body
 * @returns {AsyncGenerator<ServerEvent>}
 */
export async function* eventsIn(body) {
  const decoder = new TextDecoder();
  let [rest, event] = ['', newEvent()];
  for await (const chunk of body) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (line === '') {
        if (event.data !== undefined) yield { ...event, data: event.data };
        event = newEvent();
      } else take(event, line);
    }
  }
}

/** @typedef {{ event: string, id: string | undefined, data: string | undefined }} Reading @returns {Reading} */
const newEvent = () => ({ event: 'message', id: undefined, data: undefined });

/** @param {Reading} event @param {string} line */
function take(event, line) {
  const [, name, value = ''] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? [];
  if (name === 'event') event.event = value;
  if (name === 'id') event.id = value;
  if (name === 'data') event.data = event.data === undefined ? value : `${event.data}\n${value}`;
}

/**
 * Follows a stream for as long as it is wanted. Broken off, it is opened again after the last event that had an id, so that nothing is lost; `away` and `back` tell of it.
 * @param {string} url
 * @param {{ signal: AbortSignal, open?: typeof fetch, againMs?: number }} options `againMs`: how long to wait before it is opened again
 * @returns {AsyncGenerator<ServerEvent>}
 * @throws what `open` throws, or says of a status, as long as it has never been open
 */
export async function* follow(url, { signal, open = fetch, againMs = 500 }) {
  /** @type {string | undefined} */
  let last;
  for (let [met, away] = [false, false]; !signal.aborted;) {
    try {
      const response = await open(url, {
        headers: { Accept: 'text/event-stream', ...(last !== undefined && { 'Last-Event-ID': last }) },
        signal,
      });
      if (response.status !== 200 || !response.body) throw new TypeError(`${url} answers ${response.status} where a stream should be`);
      if (away) yield told('back');
      [met, away] = [true, false];
      for await (const event of eventsIn(response.body)) {
        last = event.id ?? last;
        yield event;
      }
    } catch (error) {
      if (signal.aborted) return;
      if (!met) throw error;
    }
    if (!away && !signal.aborted) yield told('away');
    away = true;
    await pause(againMs, undefined, { signal }).catch(() => undefined);
  }
}

/** @param {'away' | 'back'} event @returns {ServerEvent} */
const told = (event) => ({ event, id: undefined, data: '' });
