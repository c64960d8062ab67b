import { skuPattern } from '@duet/contracts';
import { Problem } from '@duet/platform';
import { Body, Controller, Get, Param, Put } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { IsInt, IsString, Max, Min } from 'class-validator';
import { InventoryStore, type Stock } from './inventory.store';

/** How many units of a product are available from now on. */
export class StockChange {
  @IsInt()
  @Min(0)
  @Max(1_000_000_000_000)
  available!: number;
}

/** Units of one product: what can be ordered, what orders have reserved, what has left the house. */
export class StockView implements Stock {
  @IsString() sku!: string;
  @IsInt() available!: number;
  @IsInt() reserved!: number;
  @IsInt() shipped!: number;
}

@ApiTags('stock')
@Controller('stock')
export class StockController {
  constructor(private readonly store: InventoryStore) {}

  @Get(':sku')
  @ApiOperation({ summary: 'Units available, reserved and shipped' })
  @ApiOkResponse({ description: 'as it is now', type: StockView })
  async get(@Param('sku') sku: string): Promise<Stock> {
    const stock = skuPattern.test(sku) ? await this.store.find(sku) : undefined;
    if (!stock) throw Problem.notFound(`There is no stock of ${JSON.stringify(sku)}.`);
    return stock;
  }

  @Put(':sku')
  @ApiOperation({ summary: 'Says how many units are available from now on; reserved and shipped ones stay' })
  @ApiOkResponse({ description: 'as it is now', type: StockView })
  put(@Param('sku') sku: string, @Body() { available }: StockChange): Promise<Stock> {
    if (!skuPattern.test(sku))
      throw Problem.invalid([{ path: '/sku', text: 'sku must be lower case letters, digits and hyphens, at most 64' }]);
    return this.store.setAvailable(sku, available);
  }
}
