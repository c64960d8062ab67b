import { skuPattern } from '@duet/contracts';
import { Problem } from '@duet/platform';
import { Body, Controller, Get, Param, Put } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsArray, IsInt, IsString, Max, MaxLength, Min, MinLength, ValidateNested } from 'class-validator';
import { OrderStore, type Product } from './order.store';

/** A product's name and price, in minor units. */
export class ProductChange {
  @IsString()
  @MinLength(1)
  @MaxLength(200)
  name!: string;

  @IsInt()
  @Min(0)
  @Max(Number.MAX_SAFE_INTEGER)
  price!: number;
}

export class ProductView extends ProductChange implements Product {
  @IsString() sku!: string;
}

export class ProductList {
  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => ProductView)
  items!: ProductView[];
}

@ApiTags('products')
@Controller('products')
export class ProductController {
  constructor(private readonly store: OrderStore) {}

  @Get()
  @ApiOperation({ summary: 'What can be ordered; prices in minor units' })
  @ApiOkResponse({ description: 'all of them', type: ProductList })
  async list(): Promise<{ items: Product[] }> {
    return { items: await this.store.products() };
  }

  @Put(':sku')
  @ApiOperation({ summary: 'Adds a product or changes it; orders keep the price that they were placed at' })
  @ApiOkResponse({ description: 'the product as it is now', type: ProductView })
  async put(@Param('sku') sku: string, @Body() { name, price }: ProductChange): Promise<Product> {
    if (!skuPattern.test(sku))
      throw Problem.invalid([{ path: '/sku', text: 'sku must be lower case letters, digits and hyphens, at most 64' }]);
    await this.store.putProduct({ sku, name, price });
    return { sku, name, price };
  }
}
