import type { EventClass } from '@duet/message';
import { type Heard, Hears } from '@duet/participant';
import { Controller, Inject, type Type } from '@nestjs/common';
import { Orchestrator } from './orchestrator';

/** The handler of everything that an orchestrator hears: one class for each declaration, since what is heard is known only with it. */
export function hearingOf(events: readonly EventClass[]): Type<unknown> {
  @Controller()
  class Hearing {
    constructor(@Inject(Orchestrator) private readonly orchestrator: Orchestrator) {}

    @Hears(...(events as [EventClass, ...EventClass[]]))
    hear(event: object, _: undefined, heard: Heard): Promise<void> {
      return this.orchestrator.hear(event, heard);
    }
  }
  return Hearing;
}
