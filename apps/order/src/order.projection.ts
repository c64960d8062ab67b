import { MessageFreed, MessageParked, type Reason } from '@duet/message';
import { type Heard, Hears, type Noted, Notes } from '@duet/participant';
import { Controller } from '@nestjs/common';
import { isUUID } from 'class-validator';
import { projected } from './order.declaration';
import { process } from './order.deadline';
import { OrderStore } from './order.store';

/** The order's own projection of what happened, in every style. */
@Controller()
export class OrderProjection {
  constructor(private readonly store: OrderStore) {}

  @Notes(...projected)
  async note(noted: readonly Noted<{ orderId: string; reason?: Reason }>[]): Promise<void> {
    await this.store.note(
      noted.map(({ event: { orderId, reason }, about }) => ({ messageId: about.id, orderId, type: about.type, at: about.time, reason })),
    );
  }

  /** Whether somebody is needed before the order can go on. Any process of any service says so on one topic. */
  @Hears(MessageParked, MessageFreed)
  async noteWaiting(event: MessageParked | MessageFreed, _: undefined, heard: Heard): Promise<void> {
    if (heard.process !== process || !isUUID(heard.saga)) return;
    await this.store.note([{ messageId: heard.id, orderId: heard.saga, type: heard.type, at: heard.time, reason: waitingText(event) }]);
  }
}

/** Who waits for whom, what for, and why: in the words of the history. */
export function waitingText(event: MessageParked | MessageFreed): Reason {
  const { service, command } = event;
  if (event instanceof MessageFreed) return { code: event.by, text: `${command} does not wait for a person any more: ${freed[event.by]}` };
  return {
    code: 'needs-a-person',
    text: `needs a person: ${command} waits at ${service} (GET /held?state=parked), since ${event.code}: ${event.text}`,
  };
}

const freed: Readonly<Record<MessageFreed['by'], string>> = {
  redrive: 'somebody had it tried again',
  settled: 'somebody did it by hand',
  undo: 'it was undone and is needless',
  drop: 'somebody dropped it',
};
