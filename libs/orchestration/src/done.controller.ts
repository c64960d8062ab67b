import { cursorOf, placeIn, queryNumber, queryText } from '@duet/platform';
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
    const after = cursor === undefined ? undefined : placeIn(queryText('cursor', cursor), isPlace);
    const found = await this.store.done(filter, { after, limit: size + 1 });
    const page = found.slice(0, size);
    const last = page.at(-1);
    return { items: page.map(doneOf), ...(found.length > size && last && { next: cursorOf(last.place) }) };
  }
}

function isPlace(place: unknown): place is Place {
  if (!Array.isArray(place) || place.length !== 4) return false;
  const [at, process, saga, n] = place as unknown[];
  const isTime = typeof at === 'string' && /^\d{4,6}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}(\.\d{1,6})?[+-]\d{2}(:\d{2})?$/.test(at);
  return (
    isTime &&
    !Number.isNaN(Date.parse(at.slice(0, 19))) &&
    [process, saga].every((text) => typeof text === 'string') &&
    Number.isInteger(n) &&
    Math.abs(n as number) < 2 ** 31
  );
}
