import { inspect } from 'node:util';
import { NotInTime } from './errors';

/** How long {@link until} waits if nobody says, in milliseconds. */
export const patience = 10_000;

const between = 20;

export interface Wait {
  /** What is waited for, in the domain's words: it ends up in the error. */
  readonly what: string;
  /** Milliseconds; {@link patience} by default. */
  readonly deadline?: number;
}

/**
 * Waits until the condition holds, asking every 20 ms, and returns what it gave. A condition that throws does not hold yet.
 * @throws {NotInTime} with the last value or error
 */
export async function until<T>(
  condition: () => T | Promise<T>,
  { what, deadline = patience }: Wait,
): Promise<Exclude<T, null | undefined | false | 0 | ''>> {
  const end = Date.now() + deadline;
  let last = 'the condition never answered';
  for (;;) {
    const answer = await settledWithin(condition, Math.max(end - Date.now(), 1));
    if (answer.state === 'value' && answer.value) return answer.value as Exclude<T, null | undefined | false | 0 | ''>;
    if (answer.state === 'value') last = `last value: ${inspect(answer.value, { depth: 6, breakLength: 120 })}`;
    if (answer.state === 'error') last = `last error: ${answer.error instanceof Error ? answer.error.message : inspect(answer.error)}`;
    if (Date.now() + between >= end) throw new NotInTime(`${what}: not within ${deadline} ms; ${last}`);
    await new Promise((resolve) => setTimeout(resolve, between));
  }
}

type Answer<T> = { state: 'value'; value: T } | { state: 'error'; error: unknown } | { state: 'silent' };

/** A condition may hang (a request nobody answers); the deadline holds all the same. */
async function settledWithin<T>(condition: () => T | Promise<T>, within: number): Promise<Answer<T>> {
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<Answer<T>>((resolve) => {
    timer = setTimeout(() => resolve({ state: 'silent' }), within);
  });
  const asked = (async (): Promise<Answer<T>> => {
    try {
      return { state: 'value', value: await condition() };
    } catch (error) {
      return { state: 'error', error };
    }
  })();
  try {
    return await Promise.race([asked, silence]);
  } finally {
    clearTimeout(timer);
  }
}
