import { createHash } from 'node:crypto';
import { type Style, styles } from '@duet/message';
import type { RequestFault } from '@duet/platform';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayNotEmpty,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
  MinLength,
  ValidateNested,
} from 'class-validator';
import type { OrderRequest } from './order';

/** So many pieces of a product. */
export class RequestedLine {
  @Matches(/^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/u)
  sku!: string;

  @IsInt()
  @Min(1)
  @Max(1_000_000)
  quantity!: number;
}

/** Where to: a country of ISO 3166-1 and what its carriers go by. */
export class RequestedDestination {
  @Matches(/^[A-Z]{2}$/u)
  country!: string;

  @IsString()
  @MinLength(1)
  @MaxLength(16)
  postalCode!: string;
}

/** POST /orders: 1 to 1,000 lines, one line per sku. Prices are the order service's own. */
export class PlaceOrder {
  /** An opaque id. */
  @Matches(/^[A-Za-z0-9_-]{1,64}$/u)
  customerId!: string;

  @ArrayNotEmpty()
  @ArrayMaxSize(1_000)
  @ValidateNested({ each: true })
  @Type(() => RequestedLine)
  lines!: RequestedLine[];

  /** A token like card_ok, never a card's number. */
  @Matches(/^[a-z0-9_]{1,64}$/u)
  paymentMethod!: string;

  @ValidateNested()
  @Type(() => RequestedDestination)
  shipTo!: RequestedDestination;

  /** How the order's saga is run; choreography if not said. */
  @IsOptional()
  @IsIn([...styles])
  style?: Style;
}

/** One line per sku: what the decorators cannot say. */
export function twiceOrdered(lines: readonly RequestedLine[]): RequestFault[] {
  const first = new Map<string, number>();
  return lines.flatMap(({ sku }, at) => {
    const before = first.get(sku);
    if (before === undefined) first.set(sku, at);
    return before === undefined
      ? []
      : [{ path: `/lines/${at}/sku`, text: `lines/${at}/sku must stand in one line only: ${sku} is in line ${before} already` }];
  });
}

/** What is asked for, without anything else. */
export const requestOf = ({ customerId, lines, paymentMethod, shipTo, style = 'choreography' }: PlaceOrder): OrderRequest => ({
  customerId,
  lines: lines.map(({ sku, quantity }) => ({ sku, quantity })),
  paymentMethod,
  shipTo: { country: shipTo.country, postalCode: shipTo.postalCode },
  style,
});

/** The same for equal requests, however their JSON was written. */
export const hashOf = (request: OrderRequest): string =>
  createHash('sha256')
    .update(
      JSON.stringify([
        request.customerId,
        request.lines.map(({ sku, quantity }) => [sku, quantity]),
        request.paymentMethod,
        request.shipTo.country,
        request.shipTo.postalCode,
        request.style,
      ]),
    )
    .digest('hex');
