import { Problem } from '@duet/platform';
import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import { isUUID } from 'class-validator';
import { type MailRecord, NotificationStore } from './notification.store';

@ApiTags('notifications')
@Controller('notifications')
export class NotificationController {
  constructor(private readonly store: NotificationStore) {}

  @Get()
  @ApiOperation({ summary: 'The mails about an order, oldest first' })
  @ApiQuery({ name: 'orderId', required: true })
  @ApiOkResponse({ description: '{ items: [{ orderId, kind, messageId, sentAt }] }' })
  async list(@Query('orderId') orderId?: string): Promise<{ items: MailRecord[] }> {
    if (orderId === undefined) throw Problem.badRequest('Say whose: /notifications?orderId=<order>.');
    return { items: isUUID(orderId) ? await this.store.ofOrder(orderId) : [] };
  }
}
