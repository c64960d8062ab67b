import { actorOf, ApiActor, Problem, queryChoice, queryNumber } from '@duet/platform';
import { applyDecorators, Body, Controller, Get, Headers, HttpStatus, Param, Post, Query, Res } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOkResponse, ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { Database } from './database.store';
import { HeldOperations, type Operated } from './held.operations';
import { findHeld, listHeld, operationsOn } from './held.store';
import { DropHeld, OperatedView, operatedOf, SettleHeld } from './held.view';
import type { HeldRow, HeldState } from './runtime.store';
import { headersToStored } from './stored';

const states = ['waiting', 'calling', 'retrying', 'parked', 'aside'] as const satisfies readonly HeldState[];

/** Documents what the operations answer. */
const ApiOperated = () =>
  applyDecorators(
    ApiActor(),
    ApiOkResponse({ description: 'what happened', type: OperatedView }),
    ApiAcceptedResponse({ description: 'its outside call has been made and has not answered yet', type: OperatedView }),
  );

/** What waits at this service, and what was set aside: to read, and to do something about. */
@ApiTags('held')
@Controller('held')
export class HeldController {
  constructor(
    private readonly database: Database,
    private readonly operations: HeldOperations,
  ) {}

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
  @ApiOperation({ summary: 'One of them, with its headers, its bytes, and what people have done about it' })
  async one(@Param('id') id: string) {
    const found = await this.database.connection((client) => findHeld(client, storable(id)));
    if (!found) throw notHeld(id);
    const { raw, task, messageId } = found.row;
    const operations = messageId === undefined ? [] : await this.database.connection((client) => operationsOn(client, messageId, task));
    return {
      ...shown(found.row, found.heldAt),
      headers: headersToStored(raw.headers),
      key: raw.key?.toString() ?? null,
      value: raw.value?.toString() ?? null,
      operations,
    };
  }

  @Post(':id/redrive')
  @ApiOperation({ summary: 'Has a held message tried again now, in its order' })
  @ApiOperated()
  async redrive(
    @Param('id') id: string,
    @Res({ passthrough: true }) response: Response,
    @Headers('X-Actor') by?: string,
  ): Promise<OperatedView> {
    const actor = actorOf(by);
    return answer(id, await this.operations.redrive(storable(id), actor), response);
  }

  @Post(':id/settle')
  @ApiOperation({ summary: 'Records what a person did by hand: the outcome is told as if the handler had returned it' })
  @ApiOperated()
  async settle(
    @Param('id') id: string,
    @Body() said: SettleHeld,
    @Res({ passthrough: true }) response: Response,
    @Headers('X-Actor') by?: string,
  ): Promise<OperatedView> {
    const actor = actorOf(by);
    return answer(id, await this.operations.settle(storable(id), said, actor), response);
  }

  @Post(':id/drop')
  @ApiOperation({ summary: 'Gives up what nobody can read, or what was merely heard; an action is refused, and never happens' })
  @ApiOperated()
  async drop(
    @Param('id') id: string,
    @Body() { note }: DropHeld,
    @Res({ passthrough: true }) response: Response,
    @Headers('X-Actor') by?: string,
  ): Promise<OperatedView> {
    const actor = actorOf(by);
    return answer(id, await this.operations.drop(storable(id), note, actor), response);
  }
}

function answer(id: string, operated: Operated, response: Response): OperatedView {
  switch (operated.is) {
    case 'unknown':
      throw notHeld(id);
    case 'faulty':
      throw Problem.invalid(operated.faults);
    case 'refused':
      throw Problem.conflict(`Nothing was done: ${operated.why.text}.`, { code: operated.why.code });
    case 'happened': {
      const view = operatedOf(operated);
      response.status(view.state === 'calling' ? HttpStatus.ACCEPTED : HttpStatus.OK);
      return view;
    }
  }
}

const notHeld = (id: string): Problem => Problem.notFound(`nothing is held under ${id}; it may have been handled meanwhile`);

/** PostgreSQL's text cannot hold U+0000, so nothing is found by it. @throws Problem 404 */
function storable(id: string): string {
  if (id.includes('\u0000')) throw notHeld(id);
  return id;
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
