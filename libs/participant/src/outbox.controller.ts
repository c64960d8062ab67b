import { isInstant } from '@duet/message';
import { actorOf, ApiActor, Problem } from '@duet/platform';
import { Body, Controller, Get, Headers, HttpCode, HttpStatus, Logger, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { IsInt, IsOptional, IsString, Matches } from 'class-validator';
import { Database } from './database.store';
import { textOf } from './errors';
import { Participant } from './participant';
import { databaseTime, outboxState, resendPart } from './resend.store';

/** A time in ISO 8601, or as PostgreSQL writes it, which is to the microsecond. */
const timestamp = /^\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d(:?\d\d)?)$/u;

export class ResendOutbox {
  /** What was sent from then on is sent again (ISO 8601). */
  @Matches(timestamp) since!: string;
  /** What was sent before then; as the first answer said, or now. */
  @IsOptional() @Matches(timestamp) until?: string;
  /** Where this part begins, as the answer before said. */
  @IsOptional() @Matches(timestamp) from?: string;
}

export class ResentView {
  /** Messages of this part that are sent again. */
  @IsInt() messages!: number;
  /** Of how many sagas. */
  @IsInt() sagas!: number;
  /** Sagas that were sending something just then, and were left out: ask again a little later, from the beginning. */
  @IsInt() busy!: number;
  /** To be said with the parts that follow. */
  @IsString() until!: string;
  /** Where the next part begins; missing after the last. */
  @IsOptional() @IsString() next?: string;
}

export class OutboxView {
  /** Messages that have been committed and not yet sent. */
  @IsInt() unsent!: number;
  /** When the oldest message was sent that is still kept. */
  @IsOptional() @IsString() sentSince?: string;
}

/** Sagas in one part: their rows are locked for milliseconds. */
const partSize = 500;

/** What this service has sent: to be sent again, after the broker has lost it. */
@ApiTags('outbox')
@Controller('outbox')
export class OutboxController {
  private readonly logger = new Logger('Outbox');

  constructor(
    private readonly database: Database,
    private readonly participant: Participant,
  ) {}

  @Get()
  @ApiOperation({ summary: 'How much waits to be sent, and how far back it could be sent again' })
  @ApiOkResponse({ type: OutboxView })
  async state(): Promise<OutboxView> {
    const { unsent, sentSince } = await this.database.connection((client) => outboxState(client));
    return { unsent, ...(sentSince && { sentSince: sentSince.toISOString() }) };
  }

  @Post('resend')
  @HttpCode(HttpStatus.OK)
  @ApiOperation({
    summary:
      'Has a part of what was sent since a time sent again: with the old ids, in the order of each saga. Who has received it drops it',
  })
  @ApiActor()
  @ApiOkResponse({ type: ResentView })
  async resend(@Body() { since, until, from }: ResendOutbox, @Headers('X-Actor') by?: string): Promise<ResentView> {
    const actor = actorOf(by);
    const wrong = Object.entries({ since, until, from }).filter(([, time]) => typeof time === 'string' && !isInstant(time));
    if (wrong.length > 0) throw Problem.invalid(wrong.map(([name]) => ({ path: `/${name}`, text: `${name} is no time that there is` })));
    const end = until ?? (await this.database.connection((client) => databaseTime(client)));
    if (Date.parse(since) > Date.parse(end))
      throw Problem.badRequest(`since is ${since}, which is after ${end}: nothing has been sent in between.`);
    if (from === undefined) {
      this.logger.warn({ msg: `${actor} has what was sent since ${since} sent again` });
      // It has no row of its own. And a broker that does not take it would take nothing else.
      await this.participant.publishManifest().catch((error: unknown) => {
        throw Problem.unavailable(`Nothing was marked, for the broker takes nothing: ${textOf(error)}. Ask again when it does.`);
      });
    }
    const part = await this.database.transaction((client) => resendPart(client, { since: from ?? since, until: end }, partSize));
    const { messages, sagas, busy, next } = part;
    return { messages, sagas, busy, until: end, ...(next !== undefined && { next }) };
  }
}
