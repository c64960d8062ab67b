import { Problem, queryNumber, queryText } from '@duet/platform';
import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import { InstanceStore, type Place } from './instance.store';
import { doneOf, DonePage } from './saga.view';

@ApiTags('sagas')
@Controller('operations')
export class DoneController {
  constructor(private readonly store: InstanceStore) {}

  @Get()
  @ApiOperation({
    summary: 'What people did to sagas, the latest first: who, when, what was asked for then, and how the saga stands by now',
  })
  @ApiQuery({ name: 'actor', required: false, description: 'who did it' })
  @ApiQuery({ name: 'saga', required: false, description: 'the saga\u2019s id' })
  @ApiQuery({ name: 'cursor', required: false, description: 'next of the page before' })
  @ApiQuery({ name: 'limit', required: false, description: '1 to 200, 50 if not said' })
  @ApiOkResponse({ description: 'a page of it', type: DonePage })
  async list(
    @Query('actor') actor?: string,
    @Query('saga') saga?: string,
    @Query('cursor') cursor?: string,
    @Query('limit') limit = '50',
  ): Promise<DonePage> {
    const size = queryNumber('limit', limit, 1, 200);
    const filter = {
      ...(actor !== undefined && { actor: queryText('actor', actor) }),
      ...(saga !== undefined && { saga: queryText('saga', saga) }),
    };
    const after = cursor === undefined ? undefined : placeIn(queryText('cursor', cursor));
    const found = await this.store.done(filter, { after, limit: size + 1 });
    const page = found.slice(0, size);
    const last = page.at(-1);
    return { items: page.map(doneOf), ...(found.length > size && last && { next: cursorOf(last.place) }) };
  }
}

const cursorOf = (place: Place): string => Buffer.from(JSON.stringify(place)).toString('base64url');

/** @throws Problem 400 */
function placeIn(cursor: string): Place {
  const wrong = Problem.badRequest('cursor must be the next of the page before.');
  let place: unknown;
  try {
    place = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    throw wrong;
  }
  if (!isPlace(place)) throw wrong;
  return place;
}

function isPlace(place: unknown): place is Place {
  if (!Array.isArray(place) || place.length !== 4) return false;
  const [at, process, saga, n] = place as unknown[];
  const isTime = typeof at === 'string' && /^\d{4,6}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}(\.\d{1,6})?[+-]\d{2}(:\d{2})?$/.test(at);
  return (
    isTime &&
    !Number.isNaN(Date.parse(at.slice(0, 19))) &&
    [process, saga].every(isStorable) &&
    Number.isInteger(n) &&
    Math.abs(n as number) < 2 ** 31
  );
}

/** PostgreSQL's text cannot hold U+0000. */
const isStorable = (text: unknown): boolean => typeof text === 'string' && !text.includes('\u0000');
