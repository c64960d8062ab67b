import { BaseRpcContext } from '@nestjs/microservices';
import type { Envelope } from '@duet/message';
import type { Call, Heard, StepInfo } from './call';

/** What Nest's guards, interceptors and pipes can ask about the message being handled: `context.switchToRpc().getContext<Visit>()`. */
export class Visit extends BaseRpcContext<[Envelope]> {
  constructor(
    /** The message that was received; for a reaction, the event that was heard. Where several are noted at once, the first. */
    readonly message: Envelope,
    /** What the outside call returned. */
    readonly result: unknown,
    /** What a handler is told beside the message. Of events that are noted each has its own, beside it. */
    readonly about: Call | StepInfo | Heard | undefined,
  ) {
    super([message]);
  }
}
