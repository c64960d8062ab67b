import { Problem } from '@duet/platform';
import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsArray, IsIn, IsString, IsUUID, isUUID, ValidateNested } from 'class-validator';
import { type MailRecord, NotificationStore } from './notification.store';
import type { MailKind } from './notification.texts';

/** A mail that was sent. */
export class MailView implements MailRecord {
  @IsString() messageId!: string;
  @IsUUID() orderId!: string;
  @IsIn(['confirmation', 'rejection', 'cancellation', 'refund']) kind!: MailKind;
  /** ISO 8601. */
  @IsString() sentAt!: string;
}

export class MailList {
  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => MailView)
  items!: MailView[];
}

@ApiTags('notifications')
@Controller('notifications')
export class NotificationController {
  constructor(private readonly store: NotificationStore) {}

  @Get()
  @ApiOperation({ summary: 'The mails about an order, oldest first' })
  @ApiQuery({ name: 'orderId', required: true })
  @ApiOkResponse({ description: 'the mails', type: MailList })
  async list(@Query('orderId') orderId?: string): Promise<MailList> {
    if (orderId === undefined) throw Problem.badRequest('Say whose: /notifications?orderId=<order>.');
    return { items: isUUID(orderId) ? await this.store.ofOrder(orderId) : [] };
  }
}
