import { Problem } from '@duet/platform';
import { Controller, Get, Param } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { IsIn, IsInt, IsUUID, isUUID } from 'class-validator';
import { type Payment, type PaymentStatus, PaymentStore } from './payment.store';

/** What became of an order's payment; amounts in minor units. */
export class PaymentView implements Payment {
  @IsUUID() orderId!: string;
  @IsIn(['charged', 'declined', 'refunded']) status!: PaymentStatus;
  @IsInt() amount!: number;
  @IsInt() refunded!: number;
}

@ApiTags('payments')
@Controller('payments')
export class PaymentController {
  constructor(private readonly store: PaymentStore) {}

  @Get(':orderId')
  @ApiOperation({ summary: 'What became of an order’s payment; amounts in minor units' })
  @ApiOkResponse({ description: 'the payment', type: PaymentView })
  async get(@Param('orderId') orderId: string): Promise<Payment> {
    const payment = isUUID(orderId) ? await this.store.find(orderId) : undefined;
    if (!payment) throw Problem.notFound(`There is no payment for order ${JSON.stringify(orderId)}.`);
    return payment;
  }
}
