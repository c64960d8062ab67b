import { settlementFaults, styles, wireName } from '@duet/message';
import { commandsOf, type Definition, type Duration, type Input, type Instance, millisecondsOf, statuses } from '@duet/saga';
import { actorOf, ApiActor, Problem, queryChoice, queryNumber, queryText } from '@duet/platform';
import { Body, Controller, Get, Headers, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import { IsObject, IsOptional, IsString, MaxLength, MinLength } from 'class-validator';
import { Definitions, UnknownVersion } from './definitions';
import { InstanceStore, type Listed } from './instance.store';
import { Orchestrator } from './orchestrator';
import { residueOf } from './residue';
import { OperationView, ResiduePage, SagaPage, sagaOf, SagaView, summaryOf } from './saga.view';

/** Why it is cancelled; may be left out. */
export class CancelSaga {
  @IsOptional() @IsString() @MinLength(1) @MaxLength(1_000) text?: string;
}
/** Which command is to be tried now; if not said: what is parked, or what is awaited. */
export class RetrySaga {
  @IsOptional() @IsString() @MaxLength(256) command?: string;
}
/** What a person did, and what came of it. */
export class DoneByHand {
  @IsString() @MaxLength(256) command!: string;
  @IsString() @MinLength(1) @MaxLength(4_000) note!: string;
  /** The outcome's wire name; the command's success if not said. */
  @IsOptional() @IsString() @MaxLength(256) outcome?: string;
  /** The outcome's data, as its class says. */
  @IsObject() body!: Record<string, unknown>;
}

const OfProcess = () => ApiQuery({ name: 'process', required: false, description: 'where several processes have a saga with this id' });

@ApiTags('sagas')
@Controller('sagas')
export class SagasController {
  constructor(
    private readonly store: InstanceStore,
    private readonly definitions: Definitions,
    private readonly orchestrator: Orchestrator,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Sagas that this orchestrator leads, newest first' })
  @ApiQuery({ name: 'status', required: false, enum: statuses })
  @ApiQuery({ name: 'style', required: false, enum: styles })
  @ApiQuery({ name: 'process', required: false })
  @ApiQuery({ name: 'step', required: false, description: 'the command whose answer is awaited: payment.ProcessPayment' })
  @ApiQuery({ name: 'olderThan', required: false, description: 'begun at least so long ago: 30s, 10m, 1h' })
  @ApiQuery({
    name: 'fact',
    required: false,
    isArray: true,
    description: 'what the saga knows: customerId:c-42, shipTo.country:CH; may come several times',
  })
  @ApiQuery({ name: 'cursor', required: false, description: 'next of the page before' })
  @ApiQuery({ name: 'limit', required: false, description: '1 to 200, 50 if not said' })
  @ApiOkResponse({ description: 'a page of them', type: SagaPage })
  async list(
    @Query('status') status?: string,
    @Query('style') style?: string,
    @Query('process') process?: string,
    @Query('step') step?: string,
    @Query('olderThan') olderThan?: string,
    @Query('fact') fact: string | string[] = [],
    @Query('cursor') cursor?: string,
    @Query('limit') limit = '50',
  ): Promise<SagaPage> {
    const size = queryNumber('limit', limit, 1, 200);
    const found = await this.store.list({
      ...(status !== undefined && { status: queryChoice('status', status, statuses) }),
      ...(style !== undefined && { style: queryChoice('style', style, styles) }),
      ...(process !== undefined && { process: queryText('process', process) }),
      ...(step !== undefined && { step: queryText('step', step) }),
      ...(olderThan !== undefined && { olderThanMs: ageOf(olderThan) }),
      ...(cursor !== undefined && { before: queryNumber('cursor', cursor, 1, Number.MAX_SAFE_INTEGER) }),
      facts: [fact].flat().map(factOf),
      limit: size + 1,
    });
    const items = found.slice(0, size);
    const last = items.at(-1);
    return { items: items.map(summaryOf), ...(found.length > size && last && { next: String(last.cursor) }) };
  }

  @Get(':id')
  @ApiOperation({ summary: 'A saga: where it stands, what is next and by when, its history, what a cancel would do' })
  @ApiOkResponse({ description: 'the saga', type: SagaView })
  @OfProcess()
  async get(@Param('id') id: string, @Query('process') process?: string): Promise<SagaView> {
    return this.view(await this.find(id, process));
  }

  @Post(':id/cancel')
  @HttpCode(200)
  @ApiActor()
  @OfProcess()
  @ApiOperation({ summary: 'Turns a saga back, if it is not too late: before the pivot at once, then by asking the pivot’s owner' })
  @ApiOkResponse({ description: 'what happened', type: OperationView })
  cancel(
    @Param('id') id: string,
    @Body() { text }: CancelSaga,
    @Query('process') process?: string,
    @Headers('X-Actor') by?: string,
  ): Promise<OperationView> {
    const actor = actorOf(by);
    const reason = { code: 'cancelled', text: text ?? `cancelled by ${actor}` };
    return this.operate(id, process, () => ({ is: 'cancel', at: Date.now(), reason, actor }));
  }

  @Post(':id/pause')
  @HttpCode(200)
  @ApiActor()
  @OfProcess()
  @ApiOperation({ summary: 'Stops a saga from asking for anything more; what is under way is heard all the same' })
  @ApiOkResponse({ description: 'what happened', type: OperationView })
  pause(@Param('id') id: string, @Query('process') process?: string, @Headers('X-Actor') by?: string): Promise<OperationView> {
    const actor = actorOf(by);
    return this.operate(id, process, () => ({ is: 'pause', at: Date.now(), actor }));
  }

  @Post(':id/resume')
  @HttpCode(200)
  @ApiActor()
  @OfProcess()
  @ApiOperation({ summary: 'Lets a paused saga go on; what it waits for gets its whole time again' })
  @ApiOkResponse({ description: 'what happened', type: OperationView })
  resume(@Param('id') id: string, @Query('process') process?: string, @Headers('X-Actor') by?: string): Promise<OperationView> {
    const actor = actorOf(by);
    return this.operate(id, process, () => ({ is: 'resume', at: Date.now(), actor }));
  }

  @Post(':id/retry')
  @HttpCode(200)
  @ApiActor()
  @OfProcess()
  @ApiOperation({ summary: 'Has the owner of a step try again now' })
  @ApiOkResponse({ description: 'what happened', type: OperationView })
  retry(
    @Param('id') id: string,
    @Body() { command }: RetrySaga,
    @Query('process') process?: string,
    @Headers('X-Actor') by?: string,
  ): Promise<OperationView> {
    const actor = actorOf(by);
    return this.operate(id, process, () => ({ is: 'retry', at: Date.now(), actor, ...(command !== undefined && { command }) }));
  }

  @Post(':id/done')
  @HttpCode(200)
  @ApiActor()
  @OfProcess()
  @ApiOperation({ summary: 'Has the owner of a step record what a person did by hand, with the outcome as if its handler had returned it' })
  @ApiOkResponse({ description: 'what happened', type: OperationView })
  done(
    @Param('id') id: string,
    @Body() said: DoneByHand,
    @Query('process') process?: string,
    @Headers('X-Actor') by?: string,
  ): Promise<OperationView> {
    const actor = actorOf(by);
    return this.operate(id, process, (definition) => {
      checkOutcome(definition, said);
      const { command, note, outcome, body } = said;
      return { is: 'done', at: Date.now(), actor, note, command, body, ...(outcome !== undefined && { outcome }) };
    });
  }

  private async operate(id: string, process: string | undefined, inputOf: (definition: Definition) => Input): Promise<OperationView> {
    const listed = await this.find(id, process);
    const { instance } = listed;
    const definition = definitionOf(this.definitions, instance);
    const decision = await this.orchestrator.operate({ process: instance.process, saga: instance.saga }, instance, inputOf(definition));
    if (!decision) throw Problem.notFound(`There is no saga ${id}.`);
    const { refused, commands } = decision;
    if (refused) throw Problem.conflict(`Nothing was done: ${refused.text}.`, { code: refused.code });
    const sent = commands.map(({ command, ask }) => ({ command: wireName(command), ...(ask && { ask }) }));
    const saga = await this.view(await this.find(id, instance.process));
    const asked = sent.length > 0 ? `asked for ${sent.map(({ command }) => command).join(', ')}` : 'nothing had to be asked for';
    return { text: `${asked}; the saga is ${saga.status}${saga.next ? `, ${saga.next.text}` : ''}`, sent, saga };
  }

  private async view(listed: Listed): Promise<SagaView> {
    const { process, saga } = listed.instance;
    return sagaOf(definitionOf(this.definitions, listed.instance), listed, await this.store.history({ process, saga }));
  }

  private async find(id: string, process: string | undefined): Promise<Listed> {
    const of = process === undefined ? undefined : queryText('process', process);
    const found = id.includes('\u0000') ? [] : await this.store.find(id, of);
    const [saga, other] = found;
    if (!saga)
      throw Problem.notFound(`This orchestrator leads no saga ${JSON.stringify(id)}. A choreographed one is known to its services alone.`);
    if (other)
      throw Problem.conflict(
        `${id} is the id of several sagas. Say which with ?process=${found.map(({ instance }) => instance.process).join(' or ?process=')}.`,
        {
          code: 'ambiguous',
        },
      );
    return saga;
  }
}

@ApiTags('sagas')
@Controller('residue')
export class ResidueController {
  constructor(
    private readonly store: InstanceStore,
    private readonly definitions: Definitions,
  ) {}

  @Get()
  @ApiOperation({ summary: 'What sagas that were turned back have done and not undone, and where: oldest first' })
  @ApiQuery({ name: 'cursor', required: false, description: 'next of the page before' })
  @ApiQuery({ name: 'limit', required: false, description: '1 to 200 sagas, 50 if not said' })
  @ApiOkResponse({ description: 'how much over all, and a page of it', type: ResiduePage })
  async list(@Query('cursor') cursor = '0', @Query('limit') limit = '50'): Promise<ResiduePage> {
    const size = queryNumber('limit', limit, 1, 200);
    const found = await this.store.withResidue(queryNumber('cursor', cursor, 0, Number.MAX_SAFE_INTEGER), size + 1);
    const page = found.slice(0, size);
    const last = page.at(-1);
    const items = page.flatMap(({ instance }) =>
      residueOf(definitionOf(this.definitions, instance), instance).map((residue) => ({
        ...{ process: instance.process, saga: instance.saga, status: instance.status },
        ...residue,
      })),
    );
    return { totals: await this.store.residueTotals(), items, ...(found.length > size && last && { next: String(last.cursor) }) };
  }
}

/** @throws Problem 503 where another build has the definition: a replica that is newer, or that is to come */
function definitionOf(definitions: Definitions, { process, version }: Instance): Definition {
  try {
    return definitions.of(process, version);
  } catch (error) {
    if (error instanceof UnknownVersion) throw Problem.unavailable(`${error.message}.`, { code: 'unknown-version', cause: error });
    throw error;
  }
}

function checkOutcome(definition: Definition, { command: name, outcome, body }: DoneByHand): void {
  const command = commandsOf(definition).find((each) => wireName(each) === name);
  if (!command) {
    const known = commandsOf(definition).map(wireName).join(', ');
    throw Problem.invalid([{ path: '/command', text: `must be one of ${known}` }]);
  }
  const faults = settlementFaults(command, { outcome: outcome ?? wireName(command.ok), body }, 'refused');
  if (faults.length > 0) throw Problem.invalid(faults);
}

/** A year: what is older is found by its dates. */
const oldest = 366 * 24 * 3_600_000;

function ageOf(olderThan: string): number {
  const text = queryText('olderThan', olderThan);
  const ms = millisecondsOf(text as Duration);
  if (ms === undefined || ms > oldest)
    throw Problem.badRequest(
      `olderThan must be a duration like 30s, 10m or 1h, a year at most, but is ${JSON.stringify(text.slice(0, 100))}.`,
    );
  return ms;
}

function factOf(fact: string): [string, string] {
  const text = queryText('fact', fact);
  const at = text.indexOf(':');
  if (at < 1) throw Problem.badRequest(`fact must be name:value, like customerId:c-42, but is ${JSON.stringify(text.slice(0, 100))}.`);
  return [text.slice(0, at), text.slice(at + 1)];
}
