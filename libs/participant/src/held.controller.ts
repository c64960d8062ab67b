import { Problem, queryChoice, queryNumber, queryOnce, queryText } from '@duet/platform';
import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import { Database } from './database.store';
import { findHeld, groupsOfHeld, type HeldFilter, listHeld } from './held.list.store';
import {
  did,
  grouped,
  HeldGroupsView,
  HeldOneView,
  HeldOperationsPage,
  HeldPage,
  heldStates,
  listed,
  operationShown,
  shown,
} from './held.shown';
import { operationsOn } from './held.store';
import { listOperations } from './operations.store';

/** More groups than this help nobody. */
const mostGroups = 200;

/** What waits at this service, and what was set aside: to read. */
@ApiTags('held')
@Controller('held')
export class HeldController {
  constructor(private readonly database: Database) {}

  @Get()
  @ApiOperation({ summary: 'Messages that wait at this service or were set aside, oldest first' })
  @ApiQuery({ name: 'state', required: false, enum: heldStates })
  @ApiQuery({ name: 'reason', required: false, description: 'the code of the reason' })
  @ApiQuery({ name: 'task', required: false, description: 'the command, or the event that was heard' })
  @ApiQuery({ name: 'cursor', required: false })
  @ApiQuery({ name: 'limit', required: false, description: '1 to 200, 50 if not given' })
  @ApiOkResponse({ description: 'a page of them', type: HeldPage })
  async list(
    @Query('state') state?: string,
    @Query('reason') reason?: string,
    @Query('task') task?: string,
    @Query('cursor') cursor = '0',
    @Query('limit') limit = '50',
  ): Promise<HeldPage> {
    const size = queryNumber('limit', limit, 1, 200);
    const after = queryNumber('cursor', cursor, 0, Number.MAX_SAFE_INTEGER);
    const filter = filterOf(state, reason, task);
    const found = filter ? await this.database.connection((client) => listHeld(client, filter, { after, limit: size + 1 })) : [];
    const items = found.slice(0, size);
    const last = items.at(-1);
    return { items: items.map(listed), ...(found.length > size && last && { next: String(last.n) }) };
  }

  @Get('groups')
  @ApiOperation({ summary: 'How many wait or were set aside, for which reason: the largest group first, at most 200' })
  @ApiQuery({ name: 'state', required: false, enum: heldStates })
  @ApiQuery({ name: 'reason', required: false, description: 'the code of the reason' })
  @ApiQuery({ name: 'task', required: false, description: 'the command, or the event that was heard' })
  @ApiOkResponse({ description: 'the groups', type: HeldGroupsView })
  async groups(@Query('state') state?: string, @Query('reason') reason?: string, @Query('task') task?: string): Promise<HeldGroupsView> {
    const filter = filterOf(state, reason, task);
    const found = filter ? await this.database.connection((client) => groupsOfHeld(client, filter, mostGroups)) : [];
    return { items: found.map(grouped) };
  }

  @Get('operations')
  @ApiOperation({ summary: 'What people have done about them, the latest first, and what has become of that by now' })
  @ApiQuery({ name: 'actor', required: false, description: 'who did it' })
  @ApiQuery({ name: 'saga', required: false, description: 'the id of the saga that it was about' })
  @ApiQuery({ name: 'cursor', required: false })
  @ApiQuery({ name: 'limit', required: false, description: '1 to 200, 50 if not given' })
  @ApiOkResponse({ description: 'a page of it', type: HeldOperationsPage })
  async operations(
    @Query('actor') actor?: string,
    @Query('saga') saga?: string,
    @Query('cursor') cursor?: string,
    @Query('limit') limit = '50',
  ): Promise<HeldOperationsPage> {
    const size = queryNumber('limit', limit, 1, 200);
    const before = cursor === undefined ? undefined : queryNumber('cursor', cursor, 1, Number.MAX_SAFE_INTEGER);
    const filter = {
      ...(actor !== undefined && { actor: queryText('actor', actor) }),
      ...(saga !== undefined && { saga: queryText('saga', saga) }),
    };
    const found = await this.database.connection((client) => listOperations(client, filter, { before, limit: size + 1 }));
    const page = found.slice(0, size);
    const last = page.at(-1);
    return { items: page.map(operationShown), ...(found.length > size && last && { next: String(last.n) }) };
  }

  @Get(':id')
  @ApiOperation({ summary: 'One of them: where it comes from, its headers, its bytes, and what people have done about it' })
  @ApiOkResponse({ description: 'the message', type: HeldOneView })
  async one(@Param('id') id: string): Promise<HeldOneView> {
    const found = await this.database.connection((client) => findHeld(client, storable(id)));
    if (!found) throw notHeld(id);
    const { task, messageId } = found.row;
    const operations = messageId === undefined ? [] : await this.database.connection((client) => operationsOn(client, messageId, task));
    return { ...shown(found), operations: operations.map(did) };
  }
}

/** Undefined where nothing can be found by it: PostgreSQL's text cannot hold U+0000. @throws Problem 400 */
function filterOf(state?: string, code?: string, task?: string): HeldFilter | undefined {
  for (const [name, text] of Object.entries({ reason: code, task })) {
    if (text !== undefined && queryOnce(name, text).includes('\u0000')) return undefined;
  }
  return {
    ...(state !== undefined && { state: queryChoice('state', state, heldStates) }),
    ...(code !== undefined && { code }),
    ...(task !== undefined && { task }),
  };
}

export const notHeld = (id: string): Problem => Problem.notFound(`nothing is held under ${id}; it may have been handled meanwhile`);

/** PostgreSQL's text cannot hold U+0000, so nothing is found by it. @throws Problem 404 */
export function storable(id: string): string {
  if (id.includes('\u0000')) throw notHeld(id);
  return id;
}
