import { Problem } from '@duet/platform';
import { Controller, Get, Param } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { isUUID } from 'class-validator';
import { type ShipmentRecord, ShippingStore } from './shipping.store';

@ApiTags('shipments')
@Controller('shipments')
export class ShippingController {
  constructor(private readonly store: ShippingStore) {}

  @Get(':orderId')
  @ApiOperation({ summary: 'What became of an order’s shipment' })
  @ApiOkResponse({ description: '{ orderId, status, shipmentId?, carrier? }' })
  async get(@Param('orderId') orderId: string): Promise<ShipmentRecord> {
    const shipment = isUUID(orderId) ? await this.store.find(orderId) : undefined;
    if (!shipment) throw Problem.notFound(`There is no shipment for order ${JSON.stringify(orderId)}.`);
    return shipment;
  }
}
