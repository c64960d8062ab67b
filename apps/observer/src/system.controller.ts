import { styles } from '@duet/message';
import { cursorOf, placeIn, Problem, queryNumber, queryText } from '@duet/platform';
import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import { differences } from './differences';
import { FiguresStore, type ParkedPlace } from './figures.store';
import { flowGraph } from './flow-graph';
import { grouped } from './grouped';
import { ParkedPage, type ParkedView } from './parked.views';
import { Overview } from './overview';
import { Sight } from './sight';
import { DifferenceList, FlowView, OverviewView, ProcessList, ServiceList, UnreadablePage } from './system.views';

const usualLimit = 50;

@ApiTags('system')
@Controller('api')
export class SystemController {
  constructor(
    private readonly overview: Overview,
    private readonly sight: Sight,
    private readonly figures: FiguresStore,
  ) {}

  @Get('overview')
  @ApiOperation({ summary: 'What is going on, what is stuck, and on whom it waits' })
  @ApiOkResponse({ description: 'as of now', type: OverviewView })
  show(): Promise<OverviewView> {
    return this.overview.show();
  }

  @Get('processes')
  @ApiOperation({ summary: 'The processes that were seen, or that some manifest speaks of' })
  @ApiOkResponse({ description: 'all of them', type: ProcessList })
  async processes(): Promise<ProcessList> {
    const [{ landscape }, seen] = await Promise.all([this.sight.glance(), this.figures.processes()]);
    const declared = new Set(landscape.processes);
    const names = [...new Set([...declared, ...seen.map(({ process }) => process)])].sort();
    const own = grouped(seen, ({ process }) => process);
    return {
      items: names.map((process) => {
        const found = own.get(process) ?? [];
        return {
          process,
          styles: styles.filter((style) => found.some((one) => one.style === style)),
          sagas: found.reduce((sum, { sagas }) => sum + sagas, 0),
          declared: declared.has(process),
        };
      }),
    };
  }

  @Get('flow/:process')
  @ApiOperation({ summary: 'The graph of services and messages of a process: as declared, and as it really happens, in one' })
  @ApiOkResponse({ description: 'nodes and edges', type: FlowView })
  async flow(@Param('process') process: string): Promise<FlowView> {
    const [{ landscape }, caused] = await Promise.all([this.sight.glance(), this.sight.caused()]);
    const own = caused.filter((one) => one.process === process);
    if (own.length === 0 && !landscape.processes.includes(process))
      throw Problem.notFound(`No process ${JSON.stringify(process.slice(0, 100))} was seen, and no manifest speaks of it.`);
    return flowGraph(process, landscape, own);
  }

  @Get('services')
  @ApiOperation({ summary: 'The services: what each declares, what it has said, what it has still to read, and who waits for it' })
  @ApiOkResponse({ description: 'all of them', type: ServiceList })
  async services(): Promise<ServiceList> {
    return { items: await this.overview.services() };
  }

  @Get('differences')
  @ApiOperation({ summary: 'Where what the services declare and what happens differ' })
  @ApiOkResponse({ description: 'all of them', type: DifferenceList })
  async differences(): Promise<DifferenceList> {
    const [{ landscape }, caused] = await Promise.all([this.sight.glance(), this.sight.caused()]);
    const backlogs = await this.overview.backlog(landscape);
    return { items: differences(landscape, caused, new Map([...backlogs].map(([service, { readers }]) => [service, readers]))) };
  }

  @Get('parked')
  @ApiOperation({ summary: 'Messages that wait for a person, the oldest first; what to do about one is asked of its service (/held)' })
  @ApiQuery({ name: 'service', required: false })
  @ApiQuery({ name: 'command', required: false })
  @ApiQuery({ name: 'code', required: false, description: 'the name of the error' })
  @ApiQuery({ name: 'cursor', required: false })
  @ApiQuery({ name: 'limit', required: false, description: `1 to 200, ${usualLimit} if not given` })
  @ApiOkResponse({ description: 'one page', type: ParkedPage })
  async parked(@Query() query: Record<string, unknown>): Promise<ParkedPage> {
    const limit = limitOf(query);
    const text = (name: string): Record<string, string> => (query[name] === undefined ? {} : { [name]: queryText(name, query[name]) });
    const after = query['cursor'] === undefined ? undefined : placeIn(queryText('cursor', query['cursor']), isParkedPlace);
    const filter = { ...text('service'), ...text('command'), ...text('code') };
    const [groups, found] = await Promise.all([
      this.figures.parkedGroups(),
      this.figures.parked({ ...filter, ...(after && { after }), limit: limit + 1 }),
    ]);
    const page = found.slice(0, limit);
    const last = page.at(-1);
    return {
      groups,
      items: page.map(({ process, saga, service, command, message_id, role, code, text: why, at }) => ({
        ...{ process, id: saga, service, command, messageId: message_id, role: role as ParkedView['role'] },
        ...{ reason: { code, text: why }, since: at.toISOString() },
      })),
      ...(found.length > limit &&
        last && { next: cursorOf({ at: last.at.getTime(), service: last.service, messageId: last.message_id, command: last.command }) }),
    };
  }

  @Get('unreadable')
  @ApiOperation({ summary: 'Messages that cannot be read at all, the latest first' })
  @ApiQuery({ name: 'cursor', required: false })
  @ApiQuery({ name: 'limit', required: false, description: `1 to 200, ${usualLimit} if not given` })
  @ApiOkResponse({ description: 'one page', type: UnreadablePage })
  async unreadable(@Query() query: Record<string, unknown>): Promise<UnreadablePage> {
    const limit = limitOf(query);
    const cursor = query['cursor'];
    const before = cursor === undefined ? undefined : queryNumber('cursor', queryText('cursor', cursor), 0, Number.MAX_SAFE_INTEGER);
    const found = await this.figures.unreadable(limit + 1, before);
    const page = found.slice(0, limit);
    const last = page.at(-1);
    return {
      items: page.map(({ place, at, code, text }) => ({ at: place, time: at.toISOString(), code, text })),
      ...(found.length > limit && last && { next: last.n }),
    };
  }
}

const limitOf = (query: Readonly<Record<string, unknown>>): number =>
  query['limit'] === undefined ? usualLimit : queryNumber('limit', queryText('limit', query['limit']), 1, 200);

function isParkedPlace(place: unknown): place is ParkedPlace {
  const { at, service, messageId, command } = place as Partial<ParkedPlace>;
  return Number.isSafeInteger(at) && [service, messageId, command].every((text) => typeof text === 'string');
}
