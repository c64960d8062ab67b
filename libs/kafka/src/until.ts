import { setTimeout as sleep } from 'node:timers/promises';

/** For tests: asks again every few milliseconds until it is so. */
export async function until(what: string, condition: () => boolean | Promise<boolean>, deadline = 20_000): Promise<void> {
  const end = Date.now() + deadline;
  while (!(await condition())) {
    if (Date.now() > end) throw new NotInTime(what, deadline);
    await sleep(5);
  }
}

/** For tests: what was waited for did not come. */
export class NotInTime extends Error {
  override readonly name = 'NotInTime';
  constructor(what: string, deadline: number) {
    super(`not within ${deadline} ms: ${what}`);
  }
}
