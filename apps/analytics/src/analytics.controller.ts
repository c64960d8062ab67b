import { type Style, styles } from '@duet/message';
import { Problem } from '@duet/platform';
import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsArray, IsIn, IsInt, IsOptional, IsString, Matches, ValidateNested } from 'class-validator';
import { type Count, ends, type What } from './analytics.counts';
import { AnalyticsStore } from './analytics.store';

/** A day. */
const mostMinutes = 1_440;

/** Orders of one minute that came, or ended in one way. */
export class MinuteCountView {
  /** When the minute began, ISO 8601. */
  @IsString() minute!: string;
  @IsIn([...styles]) style!: Style;
  @IsIn([...ends]) what!: What;
  /** The code of the reason for which they came to nothing. */
  @IsOptional() @IsString() reason?: string;
  @IsInt() orders!: number;
  /** What they brought, in minor units of the currency: a whole number, as text, for it may be beyond what a double holds. */
  @IsOptional() @Matches(/^\d+$/u) revenue?: string;
  @IsOptional() @IsString() currency?: string;
}

export class MinuteCounts {
  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => MinuteCountView)
  items!: MinuteCountView[];
}

@ApiTags('orders by the minute')
@Controller('minutes')
export class AnalyticsController {
  constructor(private readonly store: AnalyticsStore) {}

  @Get()
  @ApiOperation({ summary: 'Orders, revenue and refusals by the minute, oldest first' })
  @ApiQuery({ name: 'last', required: false, schema: { type: 'integer', minimum: 1, maximum: mostMinutes, default: 60 } })
  @ApiOkResponse({ description: 'minutes in which something happened', type: MinuteCounts })
  async list(@Query('last') last: unknown = '60'): Promise<MinuteCounts> {
    const minutes = typeof last === 'string' && /^[1-9]\d{0,3}$/.test(last) ? Number(last) : NaN;
    if (!(minutes <= mostMinutes)) throw Problem.badRequest(`Say how many minutes, from 1 to ${mostMinutes}: /minutes?last=60.`);
    return { items: (await this.store.since(new Date(Date.now() - minutes * 60_000))).map(shown) };
  }
}

const shown = ({ minute, style, what, reason, currency, orders, revenue }: Count): MinuteCountView => ({
  ...{ minute, style, what, orders },
  ...(reason !== '' && { reason }),
  ...(what === 'confirmed' && { revenue: String(revenue), currency }),
});
