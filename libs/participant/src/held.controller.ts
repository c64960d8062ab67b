import { Problem, queryChoice, queryNumber } from '@duet/platform';
import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import { Database } from './database.store';
import { findHeld, type HeldRow, type HeldState, listHeld } from './runtime.store';
import { headersToStored } from './stored';

const states = ['waiting', 'calling', 'retrying', 'parked', 'aside'] as const satisfies readonly HeldState[];

/** What waits at this service, and what was set aside: to read. */
@ApiTags('held')
@Controller('held')
export class HeldController {
  constructor(private readonly database: Database) {}

  @Get()
  @ApiOperation({ summary: 'Messages that wait at this service or were set aside, oldest first' })
  @ApiQuery({ name: 'state', required: false, enum: states })
  @ApiQuery({ name: 'reason', required: false, description: 'the code of the reason' })
  @ApiQuery({ name: 'cursor', required: false })
  @ApiQuery({ name: 'limit', required: false, description: '1 to 200, 50 if not given' })
  async list(
    @Query('state') state?: string,
    @Query('reason') reason?: string,
    @Query('cursor') cursor = '0',
    @Query('limit') limit = '50',
  ) {
    const size = queryNumber('limit', limit, 1, 200);
    // PostgreSQL's text cannot hold U+0000, so nothing is found by it.
    if (reason?.includes('\u0000')) return { items: [] };
    const after = queryNumber('cursor', cursor, 0, Number.MAX_SAFE_INTEGER);
    const found = await this.database.connection((client) =>
      listHeld(client, {
        ...(state !== undefined && { state: queryChoice('state', state, states) }),
        ...(reason !== undefined && { code: reason }),
        after,
        limit: size + 1,
      }),
    );
    const items = found.slice(0, size);
    const last = items.at(-1);
    return { items: items.map(({ row, heldAt }) => shown(row, heldAt)), ...(found.length > size && last && { next: String(last.n) }) };
  }

  @Get(':id')
  @ApiOperation({ summary: 'One of them, with its headers and its bytes' })
  async one(@Param('id') id: string) {
    const found = id.includes('\u0000') ? undefined : await this.database.connection((client) => findHeld(client, id));
    if (!found) throw Problem.notFound(`nothing is held under ${id}; it may have been handled meanwhile`);
    const { raw } = found.row;
    return {
      ...shown(found.row, found.heldAt),
      headers: headersToStored(raw.headers),
      key: raw.key?.toString() ?? null,
      value: raw.value?.toString() ?? null,
    };
  }
}

function shown(row: HeldRow, heldAt: Date) {
  return {
    id: row.id,
    process: row.ref?.process ?? null,
    saga: row.ref?.saga ?? null,
    task: row.task,
    topic: row.raw.topic,
    messageId: row.messageId ?? null,
    state: row.state,
    attempts: row.attempts,
    reason: row.code === undefined ? null : { code: row.code, text: row.reason ?? '' },
    heldAt: heldAt.toISOString(),
    dueAt: row.dueIn === undefined ? null : new Date(Date.now() + row.dueIn).toISOString(),
  };
}
