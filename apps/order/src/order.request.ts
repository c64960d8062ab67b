import { createHash } from 'node:crypto';
import { customerPattern, Destination, maxLines, paymentMethodPattern, StockLine } from '@duet/contracts';
import { type Style, styles } from '@duet/message';
import type { RequestFault } from '@duet/platform';
import { Type } from 'class-transformer';
import { ArrayMaxSize, ArrayNotEmpty, IsIn, IsOptional, Matches, ValidateNested } from 'class-validator';
import type { OrderRequest } from './order';

/** POST /orders: 1 to 1,000 lines, one line per sku. Prices are the order service's own. */
export class PlaceOrder {
  /** An opaque id. */
  @Matches(customerPattern)
  customerId!: string;

  @ArrayNotEmpty()
  @ArrayMaxSize(maxLines)
  @ValidateNested({ each: true })
  @Type(() => StockLine)
  lines!: StockLine[];

  /** A token like card_ok, never a card's number. */
  @Matches(paymentMethodPattern)
  paymentMethod!: string;

  @ValidateNested()
  @Type(() => Destination)
  shipTo!: Destination;

  /** How the order's saga is run; choreography if not said. */
  @IsOptional()
  @IsIn([...styles])
  style?: Style;
}

/** One line per sku: what the decorators cannot say. */
export function twiceOrdered(lines: readonly StockLine[]): RequestFault[] {
  const first = new Map<string, number>();
  return lines.flatMap(({ sku }, at) => {
    const before = first.get(sku);
    if (before === undefined) first.set(sku, at);
    return before === undefined
      ? []
      : [{ path: `/lines/${at}/sku`, text: `lines/${at}/sku must stand in one line only: ${sku} is in line ${before} already` }];
  });
}

/** What is asked for, without anything else. A style of null is none: what may be left out may be null as well. */
export const requestOf = ({ customerId, lines, paymentMethod, shipTo, style }: PlaceOrder): OrderRequest => ({
  customerId,
  lines: lines.map(({ sku, quantity }) => ({ sku, quantity })),
  paymentMethod,
  shipTo: { country: shipTo.country, postalCode: shipTo.postalCode },
  style: style ?? 'choreography',
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
