import { Problem } from '@duet/platform';
import { Controller, Get, Param } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, IsUUID, isUUID } from 'class-validator';
import { type ShipmentRecord, type ShipmentStatus, ShippingStore } from './shipping.store';

/** What became of an order's shipment. */
export class ShipmentView implements ShipmentRecord {
  @IsUUID() orderId!: string;
  @IsIn(['shipped', 'refused', 'cancelled']) status!: ShipmentStatus;
  @IsOptional() @IsString() shipmentId?: string;
  @IsOptional() @IsString() carrier?: string;
}

@ApiTags('shipments')
@Controller('shipments')
export class ShippingController {
  constructor(private readonly store: ShippingStore) {}

  @Get(':orderId')
  @ApiOperation({ summary: 'What became of an order’s shipment' })
  @ApiOkResponse({ description: 'the shipment', type: ShipmentView })
  async get(@Param('orderId') orderId: string): Promise<ShipmentRecord> {
    const shipment = isUUID(orderId) ? await this.store.find(orderId) : undefined;
    if (!shipment) throw Problem.notFound(`There is no shipment for order ${JSON.stringify(orderId)}.`);
    return shipment;
  }
}
