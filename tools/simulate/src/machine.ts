import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import timersPromises from 'node:timers/promises';
import type { Alarm, Clock } from './clock';

/** Random numbers, at least 0, below 1. */
export type Random = () => number;

const names = ['setTimeout', 'setInterval', 'setImmediate', 'clearTimeout', 'clearInterval', 'clearImmediate', 'Date'] as const;

/**
 * Puts the clock and the random numbers of the simulated world in the place of the machine's, for everything in this process: `Date`, timers, `Math.random`, `randomUUID`.
 * So production code runs as it is. Returns what puts the machine's own back.
 */
export function takeOver(clock: Clock, { random, ids }: { readonly random: Random; readonly ids: Random }): () => void {
  const before = names.map((name) => [globalThis, name, globalThis[name]] as const);
  const rest = [
    [Math, 'random', Math.random],
    [crypto, 'randomUUID', crypto.randomUUID],
    ...(['setTimeout', 'setImmediate'] as const).map((name) => [timersPromises, name, timersPromises[name]] as const),
  ] as const;
  Object.assign(globalThis, timersOf(clock), { Date: dateOf(clock) });
  Object.assign(Math, { random });
  Object.assign(crypto, { randomUUID: () => uuidOf(ids) });
  Object.assign(timersPromises, promisesOf(clock));
  syncBuiltinESMExports();
  return () => {
    for (const [owner, name, value] of [...before, ...rest]) Object.assign(owner, { [name]: value });
    syncBuiltinESMExports();
  };
}

/** What `setTimeout` and `setInterval` return. */
class Handle {
  alarm: Alarm | undefined;
  ref = (): this => this;
  unref = (): this => this;
  hasRef = (): boolean => true;
}

type Callback = (...args: unknown[]) => void;

function timersOf(clock: Clock) {
  const once = (least: number) => (ring: Callback, ms: number, args: readonly unknown[]) => {
    const handle = new Handle();
    handle.alarm = clock.set(Math.max(Math.trunc(ms) || 0, least), () => {
      handle.alarm = undefined;
      ring(...args);
    });
    return handle;
  };
  const timeout = once(1);
  const immediate = once(0);
  const clear = (handle?: Handle): void => {
    if (handle?.alarm) clock.clear(handle.alarm);
    if (handle) handle.alarm = undefined;
  };
  const setInterval = (ring: Callback, ms: number, ...args: unknown[]): Handle => {
    const handle = new Handle();
    const next = (): void => {
      handle.alarm = clock.set(Math.max(Math.trunc(ms) || 0, 1), () => {
        next();
        ring(...args);
      });
    };
    next();
    return handle;
  };
  return {
    setTimeout: (ring: Callback, ms = 1, ...args: unknown[]) => timeout(ring, ms, args),
    setImmediate: (ring: Callback, ...args: unknown[]) => immediate(ring, 0, args),
    setInterval,
    clearTimeout: clear,
    clearInterval: clear,
    clearImmediate: clear,
  };
}

function promisesOf(clock: Clock) {
  const wait = <T>(ms: number, value: T, signal?: AbortSignal): Promise<T> =>
    new Promise((resolve, reject) => {
      const alarm = clock.set(ms, () => resolve(value));
      const abort = (): void => {
        clock.clear(alarm);
        reject(new DOMException('The operation was aborted', 'AbortError'));
      };
      if (signal?.aborted) abort();
      else signal?.addEventListener('abort', abort, { once: true });
    });
  return {
    setTimeout: <T>(ms = 1, value: T, options?: { signal?: AbortSignal }) => wait(Math.max(ms, 1), value, options?.signal),
    setImmediate: <T>(value: T) => wait(0, value),
  };
}

function dateOf(clock: Clock): DateConstructor {
  return new Proxy(Date, {
    construct: (date, args: []) => (args.length === 0 ? new date(clock.shown()) : new date(...args)),
    apply: (date) => new date(clock.shown()).toString(),
    get: (date, name) => (name === 'now' ? () => clock.shown() : (Reflect.get(date, name) as unknown)),
  });
}

function uuidOf(random: Random): string {
  const digits = Array.from({ length: 32 }, () => Math.floor(random() * 16).toString(16)).join('');
  return [digits.slice(0, 8), digits.slice(8, 12), `4${digits.slice(13, 16)}`, `a${digits.slice(17, 20)}`, digits.slice(20)].join('-');
}
