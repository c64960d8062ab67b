import type { Style } from '@duet/message';
import { joinTrace, tracing } from '@duet/platform';
import { Injectable } from '@nestjs/common';
import type { Publish, SagaRef } from './call';
import { NoUnitOfWork } from './errors';
import { Participant } from './participant';
import { traceIdOf } from './traces';
import { Wave } from './wave';

/** Where a process begins, or is told something from outside, with no message before it: a REST controller. */
@Injectable()
export class Sagas {
  constructor(private readonly participant: Participant) {}

  /**
   * Runs `work` in a unit of work that holds the saga's lock, beside what other requests and messages do at the same time (store calls are joined).
   * What it publishes is committed with it. Resolves when that has happened; rejects with what `work` threw, and then nothing has.
   * `work` may run again when the database failed, so it must decide on what it reads.
   */
  async start<R>(ref: SagaRef & { readonly style: Style }, work: (publish: Publish) => Promise<R>): Promise<R> {
    if (Wave.current()?.over === false)
      throw new NoUnitOfWork(
        'a handler runs inside a unit of work already, and would wait for itself; return an outcome instead of starting a saga',
      );
    let result: R | undefined;
    let failure: { error: unknown } | undefined;
    await this.participant.submit([
      {
        is: 'start',
        ref: { process: ref.process, saga: ref.saga },
        style: ref.style,
        work: async (publish) => {
          result = await work(publish);
        },
        failed: (error) => (failure = { error }),
        ...(tracing() && { within: joinTrace(traceIdOf(ref)) }),
      },
    ]);
    if (failure) throw failure.error;
    return result as R;
  }
}
