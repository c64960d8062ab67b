import { type BeforeApplicationShutdown, Controller, Get, Headers, Query, Req, Res } from '@nestjs/common';
import { Problem, queryText } from '@duet/platform';
import { ApiHeader, ApiOperation, ApiProduces, ApiQuery, ApiTags, ApiOkResponse } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { Live, type LiveFilter } from './live';
import { TapeEntry } from './system.views';

@ApiTags('events')
@Controller('api/events')
export class EventsController implements BeforeApplicationShutdown {
  private readonly open = new Set<Response>();

  constructor(private readonly live: Live) {}

  @Get()
  @ApiOperation({
    summary: 'Everything that is heard, as it is heard (server-sent events)',
    description:
      '`begin`: the place in the log at which the stream begins, where none was given. ' +
      '`message`: one message of a saga (a TapeEntry as JSON), its id is its place in the log: with Last-Event-ID the stream goes on right after it, and nothing is missed. ' +
      '`attention`: the counts of what needs a look have changed (a NowView); it has no id. ' +
      '`reset`: the log that the place belongs to is gone, or forgotten so far: load everything anew; the stream goes on with what comes now.',
  })
  @ApiHeader({ name: 'Last-Event-ID', required: false, description: 'go on after this place' })
  @ApiQuery({
    name: 'from',
    required: false,
    description: 'the same for who cannot send the header: a position, as GET /api/overview has it',
  })
  @ApiQuery({ name: 'process', required: false, description: 'only this process' })
  @ApiQuery({ name: 'id', required: false, description: 'only this saga' })
  @ApiProduces('text/event-stream')
  @ApiOkResponse({ description: 'a stream that does not end; the data of each `message` is this', type: TapeEntry })
  async stream(
    @Req() request: Request,
    @Res() response: Response,
    @Query() query: Record<string, unknown>,
    @Headers('Last-Event-ID') lastEventId?: string,
  ): Promise<void> {
    const text = (name: string): string | undefined => (query[name] === undefined ? undefined : queryText(name, query[name]));
    const [from, process, id] = [lastEventId ?? text('from'), text('process'), text('id')];
    if (from !== undefined && !/^[0-9a-f]{1,32}-\d{1,15}$/.test(from))
      throw Problem.badRequest('Last-Event-ID must be the id of an event of this stream.');
    const filter: LiveFilter = { ...(process !== undefined && { process }), ...(id !== undefined && { id }) };
    response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store', 'X-Accel-Buffering': 'no' });
    this.open.add(response);
    const ended = new AbortController();
    request.once('close', () => ended.abort());
    response.once('close', () => ended.abort());
    try {
      for await (const chunk of this.live.follow(from, filter, ended.signal)) {
        if (!response.write(chunk)) await drained(response, ended.signal);
      }
    } finally {
      this.open.delete(response);
      response.end();
    }
  }

  /** Nobody is kept listening by a service that stops: whoever listens comes again, with the last place. */
  beforeApplicationShutdown(): void {
    this.live.stop();
    for (const response of this.open) response.end();
  }
}

/** A reader that is slow gets no more until it has read: what waits for it waits in the log. */
const drained = (response: Response, ended: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const done = (): void => {
      response.off('drain', done);
      ended.removeEventListener('abort', done);
      resolve();
    };
    response.once('drain', done);
    ended.addEventListener('abort', done, { once: true });
  });
