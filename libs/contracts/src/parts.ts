import { IsInt, IsString, Matches, Max, MaxLength, Min, MinLength } from 'class-validator';

/** The most lines that an order may have. */
export const maxLines = 1_000;
/** The most pieces that a line may ask for. */
export const maxQuantity = 1_000_000;

/** An article's code: lower case letters, digits and hyphens, at most 64. */
export const skuPattern = /^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/u;
/** A customer: an opaque id. Who that is, notification alone knows. */
export const customerPattern = /^[A-Za-z0-9_-]{1,64}$/u;
/** A payment method's token (`card_ok`): never a card's number. */
export const paymentMethodPattern = /^[a-z0-9_]{1,64}$/u;
/** ISO 4217. */
export const currencyPattern = /^[A-Z]{3}$/u;
/** ISO 3166-1, two letters. */
export const countryPattern = /^[A-Z]{2}$/u;

/** So many pieces of an article. */
export class StockLine {
  @Matches(skuPattern)
  sku!: string;

  @IsInt()
  @Min(1)
  @Max(maxQuantity)
  quantity!: number;
}

/** A line of an order, with the price of one piece in minor units. */
export class OrderLine extends StockLine {
  @IsInt()
  @Min(0)
  price!: number;
}

/** Where to: as little as a carrier needs to say whether it serves the place. */
export class Destination {
  @Matches(countryPattern)
  country!: string;

  @IsString()
  @MinLength(1)
  @MaxLength(16)
  postalCode!: string;
}
