import { OrderCancelRequested, OrderPlaced } from '@duet/contracts';
import { derivedId, styles } from '@duet/message';
import { Sagas } from '@duet/participant';
import { actorOf, Problem, queryChoice, queryNumber, queryText } from '@duet/platform';
import { Body, Controller, Get, Headers, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { ApiAcceptedResponse, ApiCreatedResponse, ApiHeader, ApiOkResponse, ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import { isUUID } from 'class-validator';
import type { Response } from 'express';
import { factsOf, type Order, type OrderStatus } from './order';
import { OrderDeadline, process } from './order.deadline';
import { hashOf, PlaceOrder, requestOf, twiceOrdered } from './order.request';
import { type CancelPreview, previewOf } from './order.preview';
import { cancelNote, type HistoryEntry, OrderStore, type Placed } from './order.store';
import { CancelPreviewView, OrderOperationsPage, OrderPage, OrderView } from './order.view';
import { OrderWaiter } from './order.waiter';

const statuses = ['placed', 'confirmed', 'rejected', 'cancelled'] as const satisfies readonly OrderStatus[];
/** How long `Prefer: wait` waits at most, in seconds. */
const longestWait = 30;

@ApiTags('orders')
@Controller('orders')
export class OrderController {
  /** Keys of requests that are being stored by this process. */
  private readonly storing = new Set<string>();

  constructor(
    private readonly sagas: Sagas,
    private readonly store: OrderStore,
    private readonly waiter: OrderWaiter,
    private readonly deadline: OrderDeadline,
  ) {}

  @Post()
  @ApiOperation({ summary: 'Places an order; the same Idempotency-Key names the same order' })
  @ApiHeader({ name: 'Idempotency-Key', required: true, description: 'a UUID of your own for this order' })
  @ApiHeader({
    name: 'Prefer',
    required: false,
    description: `wait=<seconds>: answer when the order has ended, or after so long; at most ${longestWait}`,
  })
  @ApiCreatedResponse({ description: 'the order has ended', type: OrderView })
  @ApiAcceptedResponse({ description: 'the order is open; Location says where to look', type: OrderView })
  async place(
    @Body() body: PlaceOrder,
    @Res({ passthrough: true }) response: Response,
    @Headers('Idempotency-Key') key?: string,
    @Headers('Prefer') prefer?: string,
  ): Promise<Order> {
    const placed = await this.stored(keyOf(key), body);
    if (!('order' in placed)) throw refusal(placed);
    const { orderId } = placed.order;
    const wait = waitOf(prefer);
    const ended = wait > 0 && placed.order.status === 'placed' ? await this.waiter.ended(orderId, wait * 1_000) : undefined;
    const order = ended ?? placed.order;
    if (placed.is === 'existing') response.setHeader('Idempotent-Replayed', 'true');
    if (wait > 0) response.setHeader('Preference-Applied', `wait=${wait}`);
    response.setHeader('Location', `/orders/${orderId}`);
    response.status(order.status === 'placed' ? 202 : 201);
    return order;
  }

  private async stored(key: string, body: PlaceOrder): Promise<Placed> {
    const twice = twiceOrdered(body.lines);
    if (twice.length > 0) throw Problem.invalid(twice);
    if (this.storing.has(key)) {
      throw Problem.conflict('A request with this Idempotency-Key is being stored right now. Ask again for its order.', {
        code: 'in-progress',
        headers: { 'Retry-After': '1' },
      });
    }
    this.storing.add(key);
    try {
      const request = requestOf(body);
      const orderId = derivedId(key, 'order', 0);
      return await this.sagas.start({ process, saga: orderId, style: request.style }, async (publish) => {
        const placed = await this.store.place({ orderId, requestHash: hashOf(request), request });
        if (placed.is !== 'placed') return placed;
        publish(OrderPlaced.of(factsOf(placed.order)));
        await this.deadline.begin(placed.order);
        return placed;
      });
    } finally {
      this.storing.delete(key);
    }
  }

  @Get('operations')
  @ApiOperation({ summary: 'What those who operate the system asked of orders, the latest first; what customers did is not among it' })
  @ApiQuery({ name: 'actor', required: false, description: 'who did it' })
  @ApiQuery({ name: 'orderId', required: false })
  @ApiQuery({ name: 'cursor', required: false, description: 'next of the page before' })
  @ApiQuery({ name: 'limit', required: false, description: '1 to 200, 50 if not said' })
  @ApiOkResponse({ description: 'a page of it', type: OrderOperationsPage })
  async operations(
    @Query('actor') actor?: string,
    @Query('orderId') orderId?: string,
    @Query('cursor') cursor?: string,
    @Query('limit') limit = '50',
  ): Promise<OrderOperationsPage> {
    const size = queryNumber('limit', limit, 1, 200);
    const filter = {
      ...(actor !== undefined && { actor: queryText('actor', actor) }),
      ...(orderId !== undefined && { orderId: queryText('orderId', orderId) }),
      ...(cursor !== undefined && { before: queryNumber('cursor', cursor, 1, Number.MAX_SAFE_INTEGER) }),
    };
    // An id that is none names no order.
    const found = orderId !== undefined && !isUUID(orderId) ? [] : await this.store.operations({ ...filter, limit: size + 1 });
    const page = found.slice(0, size);
    const last = page.at(-1);
    return {
      items: page.map(({ cursor: _, ...operation }) => ({ did: 'cancel', ...operation })),
      ...(found.length > size && last && { next: String(last.cursor) }),
    };
  }

  @Get(':orderId')
  @ApiOperation({ summary: 'An order as it stands' })
  @ApiQuery({ name: 'expand', required: false, enum: ['history'], description: 'with what happened to it, as this service heard it' })
  @ApiOkResponse({ description: 'the order', type: OrderView })
  async get(@Param('orderId') orderId: string, @Query('expand') expand?: string): Promise<Order & { history?: HistoryEntry[] }> {
    const order = await this.find(orderId);
    if (expand === undefined) return order;
    if (expand !== 'history') throw Problem.badRequest(`expand must be history, but is ${JSON.stringify(expand)}.`);
    return { ...order, history: await this.store.historyOf(order.orderId) };
  }

  @Get()
  @ApiOperation({ summary: 'Orders, newest first' })
  @ApiQuery({ name: 'status', required: false, enum: statuses })
  @ApiQuery({ name: 'style', required: false, enum: styles })
  @ApiQuery({ name: 'cursor', required: false, description: 'next of the page before' })
  @ApiQuery({ name: 'limit', required: false, description: '1 to 200, 50 if not said' })
  @ApiOkResponse({ description: 'a page of them', type: OrderPage })
  async list(
    @Query('status') status?: string,
    @Query('style') style?: string,
    @Query('cursor') cursor?: string,
    @Query('limit') limit = '50',
  ): Promise<{ items: Order[]; next?: string }> {
    const size = queryNumber('limit', limit, 1, 200);
    const found = await this.store.list({
      ...(status !== undefined && { status: queryChoice('status', status, statuses) }),
      ...(style !== undefined && { style: queryChoice('style', style, styles) }),
      ...(cursor !== undefined && { before: queryNumber('cursor', cursor, 1, Number.MAX_SAFE_INTEGER) }),
      limit: size + 1,
    });
    const items = found.slice(0, size);
    const last = items.at(-1);
    return { items: items.map(({ order }) => order), ...(found.length > size && last && { next: String(last.cursor) }) };
  }

  @Get(':orderId/cancel-preview')
  @ApiOperation({ summary: 'What a cancel would undo now, or why it is too late; as far as this service has heard' })
  @ApiOkResponse({ description: 'what would happen', type: CancelPreviewView })
  async preview(@Param('orderId') orderId: string): Promise<CancelPreview> {
    const order = await this.find(orderId);
    return previewOf(order, new Set((await this.store.historyOf(order.orderId)).map(({ type }) => type)));
  }

  @Post(':orderId/cancel')
  @HttpCode(202)
  @ApiOperation({ summary: 'Asks for an order to be cancelled; the owner of the shipment decides whether it is too late' })
  @ApiAcceptedResponse({ description: 'asked; the order is still open', type: OrderView })
  @ApiOkResponse({ description: 'the order is cancelled', type: OrderView })
  @ApiHeader({ name: 'X-Actor', required: false, description: 'who does it, where it is not the customer: for the history' })
  async cancel(
    @Param('orderId') orderId: string,
    @Res({ passthrough: true }) response: Response,
    @Headers('X-Actor') by?: string,
  ): Promise<Order> {
    const actor = by === undefined ? undefined : actorOf(by);
    const order = await this.find(orderId);
    switch (order.status) {
      case 'cancelled':
        response.status(200);
        return order;
      case 'confirmed':
        throw Problem.conflict('It is too late: the order has been shipped and is confirmed.', { code: 'confirmed' });
      case 'rejected':
        throw Problem.conflict(`There is nothing to cancel: the order was rejected (${order.reason?.text ?? 'no reason given'}).`, {
          code: 'rejected',
        });
      case 'placed':
        await this.sagas.start({ process, saga: order.orderId, style: order.style }, async (publish) => {
          const reason = { code: 'cancelled', text: `cancelled by ${actor ?? 'the customer'}` };
          // Asked again, it is the same request, and has been told.
          if (await this.store.note([cancelNote(order.orderId, reason, { actor })]))
            publish(OrderCancelRequested.of({ orderId: order.orderId, reason }), { facts: factsOf(order) });
        });
        return order;
    }
  }

  private async find(orderId: string): Promise<Order> {
    const order = isUUID(orderId) ? await this.store.find(orderId) : undefined;
    if (!order) throw Problem.notFound(`There is no order ${JSON.stringify(orderId)}.`);
    return order;
  }
}

function keyOf(key: string | undefined): string {
  if (key === undefined)
    throw Problem.badRequest(
      'The header Idempotency-Key is missing: send a UUID of your own with each order, and the same one when you ask again.',
      { code: 'no-key' },
    );
  if (!isUUID(key))
    throw Problem.badRequest(`The header Idempotency-Key must be a UUID, but is ${JSON.stringify(key.slice(0, 100))}.`, {
      code: 'bad-key',
    });
  return key.toLowerCase();
}

/** Seconds; 0 where nothing, or nothing that we know, is preferred: a preference is never an error (RFC 7240). */
function waitOf(prefer: string | undefined): number {
  const [, seconds] = /(?:^|[,;\s])wait\s*=\s*"?(\d{1,6})"?/i.exec(prefer ?? '') ?? [];
  return Math.min(Number(seconds ?? 0), longestWait);
}

function refusal(placed: Exclude<Placed, { order: Order }>): Problem {
  switch (placed.is) {
    case 'other-request':
      return Problem.invalid([], 'Another order was placed with this Idempotency-Key. Use a key of its own for each order.', {
        code: 'key-reused',
      });
    case 'unknown-products':
      return Problem.invalid(
        placed.lines.map(({ at, sku }) => ({ path: `/lines/${at}/sku`, text: `there is no product ${sku}; see GET /products` })),
        'Some products do not exist.',
        { code: 'unknown-product' },
      );
    case 'too-much':
      return Problem.invalid([{ path: '/lines', text: 'the total is more than 2^53 − 1 minor units' }], 'The order is worth too much.', {
        code: 'too-much',
      });
    case 'too-large':
      return Problem.invalid(
        [{ path: '/lines', text: 'the order is too long to travel with its messages (128 KiB)' }],
        'The order is too long.',
        { code: 'too-large' },
      );
  }
}
