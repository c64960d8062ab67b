import { styles } from '@duet/message';
import { cursorOf, placeIn, Problem, queryChoice, queryNumber, queryText } from '@duet/platform';
import { millisecondsOf } from '@duet/saga';
import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import { mermaidOf } from './mermaid';
import { seenOf } from './observer.tables';
import { ifCancelled, iso, logOf, loopShown, remainingOf, stepsShown } from './saga.detail';
import { sagaView, type SagaView } from './saga-view';
import { concerns, MermaidView, SagaDetail, SagaRows, sagaStates } from './saga.views';
import { type Found, type SagaFilter, type SagaPlace, SagasStore } from './sagas.store';
import { type Glance, Sight, waitingShown } from './sight';
import { lateAt } from './summary';

const wanted = [...sagaStates, ...concerns, 'open', 'ended'] as const;
const usualLimit = 50;

@ApiTags('sagas')
@Controller('api/sagas')
export class SagasController {
  constructor(
    private readonly sagas: SagasStore,
    private readonly sight: Sight,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Sagas of any process and style, the newest first' })
  @ApiQuery({ name: 'process', required: false })
  @ApiQuery({ name: 'state', required: false, enum: [...wanted], description: 'a state, or a reason to look at it' })
  @ApiQuery({ name: 'style', required: false, enum: [...styles] })
  @ApiQuery({ name: 'service', required: false, description: 'those that wait for this service' })
  @ApiQuery({ name: 'step', required: false, description: 'those that wait for this command, e.g. payment.ProcessPayment' })
  @ApiQuery({ name: 'reason', required: false, description: 'the code of the reason that turned it back, e.g. no-stock' })
  @ApiQuery({ name: 'customer', required: false, description: "the customer's opaque id" })
  @ApiQuery({ name: 'id', required: false, description: 'what its id begins with' })
  @ApiQuery({ name: 'olderThan', required: false, description: 'began at least so long ago: 30s, 10m, 2h, 1d' })
  @ApiQuery({ name: 'youngerThan', required: false, description: 'began at most so long ago' })
  @ApiQuery({ name: 'cursor', required: false })
  @ApiQuery({ name: 'limit', required: false, description: `1 to 200, ${usualLimit} if not given` })
  @ApiOkResponse({ description: 'one page', type: SagaRows })
  async list(@Query() query: Record<string, unknown>): Promise<SagaRows> {
    const glance = await this.sight.glance();
    const filter = filterOf(query, glance.asOf);
    const limit = query['limit'] === undefined ? usualLimit : queryNumber('limit', queryText('limit', query['limit']), 1, 200);
    const cursor = query['cursor'];
    const after = cursor === undefined ? undefined : placeIn(queryText('cursor', cursor), isPlace);
    const overdue = filter.state === 'stalled' ? await this.sight.overdue(glance) : { asOf: new Date(glance.asOf), steps: [] };
    const found = await this.sagas.list(filter, overdue, { ...(after && { after }), limit: limit + 1 });
    const page = found.slice(0, limit);
    const last = page.at(-1);
    return {
      items: page.map((record) => this.sight.row(record, glance)),
      ...(found.length > limit && last && { next: cursorOf({ at: last.started_at.getTime(), process: last.process, id: last.id }) }),
    };
  }

  @Get(':process/:id')
  @ApiOperation({ summary: 'One saga with everything that is known of it' })
  @ApiOkResponse({ description: 'as its messages and the manifests tell it', type: SagaDetail })
  async find(@Param('process') process: string, @Param('id') id: string): Promise<SagaDetail> {
    return this.detail(await this.look(process, id));
  }

  @Get(':process/:id/mermaid')
  @ApiOperation({ summary: 'What happened in it, as a sequence diagram for copying' })
  @ApiOkResponse({ description: 'Mermaid', type: MermaidView })
  async mermaid(@Param('process') process: string, @Param('id') id: string): Promise<MermaidView> {
    const { view, glance } = await this.look(process, id);
    return { mermaid: mermaidOf(view, glance.landscape) };
  }

  private async look(process: string, id: string): Promise<Looked> {
    if (`${process}${id}`.includes('\u0000')) throw notFound(process, id);
    const [found, glance] = await Promise.all([this.sagas.find(process, id), this.sight.glance()]);
    if (!found || found.messages.length === 0) throw notFound(process, id);
    return { ...found, view: sagaView(found.messages.map(seenOf), process, glance.landscape), glance };
  }

  private detail({ record, messages, view, glance }: Looked): SagaDetail {
    const { process, id, style } = record;
    const isFull = Number(record.beyond) > 0;
    const { landscape, usual, asOf } = glance;
    const told = new Map(messages.map((row) => [row.id, row]));
    const loop = loopShown(view);
    const withinOf = (command: string | undefined): number | undefined =>
      landscape.ledBy(process, style, view.version)?.steps.find((step) => step.command === command || step.back === command)?.withinMs;
    return {
      ...this.sight.row(record, glance),
      waitsFor: (isFull ? [] : view.waiting).map(({ service, command, since }) => {
        const awaited = { process, style, service, command, withinMs: withinOf(command) };
        return waitingShown(awaited, { since, lateAt: lateAt(since, view, process, landscape) }, usual, asOf);
      }),
      facts: record.facts,
      steps: stepsShown(view, process, landscape, (command) =>
        usual.usuallyMs({ process, style, service: landscape.serviceOf(command), command }),
      ),
      remaining: remainingOf(view, process, landscape),
      notUndone: [...view.notUndone],
      ifCancelled: ifCancelled(view, process, landscape),
      parked: view.parked.map(({ service, command, messageId, role = 'action', reason = { code: 'unknown', text: '' }, at }) => ({
        ...{ process, id, service, command, messageId, role, reason, since: iso(at) },
      })),
      ...(loop && { loop }),
      lanes: [...new Set(view.messages.map(({ service }) => service))],
      log: logOf(view, landscape, (id) => {
        const { n: position, body, traceparent } = told.get(id)!;
        return traceparent === null ? { position, body } : { position, body, traceparent };
      }),
    };
  }
}

/** A saga, and how it is judged. */
type Looked = Found & { readonly view: SagaView; readonly glance: Glance };

const notFound = (process: string, id: string): Problem =>
  Problem.notFound(`No message of a saga ${JSON.stringify(id.slice(0, 100))} of ${JSON.stringify(process.slice(0, 100))} has been heard.`);

function isPlace(place: unknown): place is SagaPlace {
  const { at, process, id } = place as Partial<SagaPlace>;
  return Number.isSafeInteger(at) && typeof process === 'string' && typeof id === 'string';
}

/** @throws Problem 400 */
function filterOf(query: Readonly<Record<string, unknown>>, asOf: number): SagaFilter {
  const text = (name: string): string | undefined => (query[name] === undefined ? undefined : queryText(name, query[name]));
  const given = <K extends string>(names: readonly K[]): Partial<Record<K, string>> =>
    Object.fromEntries(names.flatMap((name) => (text(name) === undefined ? [] : [[name, text(name)]]))) as Partial<Record<K, string>>;
  const ago = (name: string): Date | undefined => {
    const said = text(name);
    if (said === undefined) return undefined;
    const ms = millisecondsOf(said as `${number}s`);
    if (ms === undefined) throw Problem.badRequest(`${name} must be a time with its unit, like 30s, 10m, 2h or 1d.`);
    return new Date(Math.max(0, asOf - ms));
  };
  const [state, style, olderThan, youngerThan] = [text('state'), text('style'), ago('olderThan'), ago('youngerThan')];
  return {
    ...given(['process', 'service', 'step', 'reason', 'customer', 'id']),
    ...(state !== undefined && { state: queryChoice('state', state, wanted) }),
    ...(style !== undefined && { style: queryChoice('style', style, styles) }),
    ...(olderThan && { startedTo: olderThan }),
    ...(youngerThan && { startedFrom: youngerThan }),
  };
}
