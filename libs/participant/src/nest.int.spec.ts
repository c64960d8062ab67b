import { randomUUID } from 'node:crypto';
import { memoryBroker } from '@duet/kafka';
import { context } from '@duet/message';
import { PlatformModule } from '@duet/platform';
import { type Declaration, reactions, service } from '@duet/saga';
import { until } from '@duet/testbed';
import {
  type CallHandler,
  type CanActivate,
  Controller,
  type ExecutionContext,
  type INestApplication,
  Injectable,
  Module,
  type NestInterceptor,
  type PipeTransform,
  type Type,
} from '@nestjs/common';
import { APP_GUARD, APP_INTERCEPTOR, APP_PIPE } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import { IsString } from 'class-validator';
import { catchError, throwError } from 'rxjs';
import { Harness } from './fixture/harness.fixture';
import { BasketPacked, BasketPaid, HoldItem, ReturnMoney, TakeMoney } from './fixture/till.messages.fixture';
import { Calls, Handles, Hears, NotRetryable, Notes, ParticipantModule, startParticipant, Visit, WrongDeclaration } from './index';
import { Participant } from './participant';

jest.setTimeout(60_000);

class GuardRefused extends NotRetryable {
  override readonly name = 'GuardRefused';
}
class InterceptorFailed extends NotRetryable {
  override readonly name = 'InterceptorFailed';
}

const visits: Visit[] = [];
const piped: unknown[] = [];
const passed: string[] = [];

@Injectable()
class NotingGuard implements CanActivate {
  async canActivate(execution: ExecutionContext): Promise<boolean> {
    const visit = execution.switchToRpc().getContext<Visit>();
    visits.push(visit);
    if (execution.switchToRpc().getData<HoldItem>().sku === 'guarded') throw new GuardRefused('nobody holds this');
    return true;
  }
}
@Injectable()
class NotingInterceptor implements NestInterceptor {
  intercept(execution: ExecutionContext, next: CallHandler) {
    passed.push(execution.switchToRpc().getContext<Visit>().message.type);
    if (execution.switchToRpc().getData<HoldItem>().sku === 'intercepted') throw new InterceptorFailed('on the way in');
    return next.handle().pipe(catchError((error: unknown) => throwError(() => error)));
  }
}
@Injectable()
class NotingPipe implements PipeTransform {
  transform(data: unknown): unknown {
    piped.push(data);
    return data;
  }
}

const ways: [string, Parameters<Harness['replica']>[1]][] = [
  [
    'provided by the module',
    {
      providers: [
        { provide: APP_GUARD, useClass: NotingGuard },
        { provide: APP_INTERCEPTOR, useClass: NotingInterceptor },
        { provide: APP_PIPE, useClass: NotingPipe },
      ],
    },
  ],
  [
    'set on the app',
    {
      prepare: (app) => {
        app.useGlobalGuards(new NotingGuard());
        app.useGlobalInterceptors(new NotingInterceptor());
        app.useGlobalPipes(new NotingPipe());
      },
    },
  ],
];

describe.each(ways)('handlers behind a global pipe, guard and interceptor, %s', (_, how) => {
  let till: Harness;
  let app: INestApplication;
  beforeAll(async () => {
    till = await Harness.start();
    app = await till.replica({}, { ...how, broker: memoryBroker(), quiet: true });
  });
  beforeEach(() => {
    for (const list of [visits, piped, passed]) list.length = 0;
  });
  afterAll(() => till.stop());
  const submit = (...items: Parameters<Participant['submit']>[0]) => app.get(Participant).submit(items);
  const facts = async (saga: string) =>
    (
      await till.sql<{ headers: Record<string, string> }>('select headers from duet.outbox where saga_id = $1 order by seq desc limit 1', [
        saga,
      ])
    )[0]?.headers;

  it('are given the message, the result of the call, and what is known', async () => {
    const basketId = randomUUID();
    await submit(till.item(TakeMoney, { basketId, amount: 5 }));
    await until(async () => (await till.notes(basketId)).length === 1, { what: 'the money is taken' });
    const key = `basket/${basketId}/till.TakeMoney`;
    expect(JSON.parse((await facts(basketId))?.['ce_facts'] ?? '{}')).toEqual({ basketId, amount: 5, receipt: key });
    await submit(till.item(ReturnMoney, { basketId }));
    await until(async () => (await till.notes(basketId)).length === 2, { what: 'the money is returned' });
    expect(await till.notes(basketId)).toEqual(['taken', 'returned:done']);
    expect(till.bank.asked.at(-1)).toMatchObject({ what: 'return', of: key });
  });

  it('and an event, heard and answered by a reaction of the service', async () => {
    const basketId = randomUUID();
    await submit(till.item(BasketPacked, { basketId, sku: 'tea', quantity: 1, amount: 3 }));
    expect(await till.notes(basketId)).toEqual(['packed']);
    expect(passed).toEqual(['shop.BasketPacked', 'shop.BasketPacked']);
    expect(visits.every((visit) => visit instanceof Visit && visit.message.saga === basketId)).toBe(true);
    expect(piped.some((data) => data instanceof BasketPacked)).toBe(true);
    expect(piped.some((data) => data instanceof HoldItem)).toBe(true);
  });

  it.each([
    ['guarded', 'GuardRefused: nobody holds this'],
    ['intercepted', 'InterceptorFailed: on the way in'],
    ['hopeless', 'NotRetryable: this item can never be held'],
  ])('fail as themselves: %s', async (sku, reason) => {
    const basketId = randomUUID();
    await submit(till.item(HoldItem, { basketId, sku, quantity: 1 }));
    expect(await till.held(basketId)).toEqual([
      { task: 'till.HoldItem', state: 'parked', code: reason.split(':')[0], reason, attempts: 1 },
    ]);
  });
});

const kiosk = context('kiosk');
class TicketSold extends kiosk.event('TicketSold') {
  @IsString() ticketId!: string;
}
class SellTicket extends kiosk.command('SellTicket', { ok: TicketSold }) {
  @IsString() ticketId!: string;
}

@Controller()
class Sells {
  @Handles(SellTicket)
  async sell({ ticketId }: SellTicket): Promise<TicketSold> {
    return TicketSold.of({ ticketId });
  }
}
@Controller()
class SellsToo {
  @Handles(SellTicket)
  async sell({ ticketId }: SellTicket): Promise<TicketSold> {
    return TicketSold.of({ ticketId });
  }
}
@Controller()
class Listens {
  @Hears(BasketPacked)
  async packed(): Promise<void> {}
}
@Controller()
class NotesToo {
  @Notes(BasketPacked)
  async packed(): Promise<void> {}
}
@Controller()
class CallsOnly {
  @Calls(BasketPaid)
  async paid(): Promise<void> {}
}

describe('a service whose handlers are not what it declares does not start', () => {
  let till: Harness;
  beforeAll(async () => (till = await Harness.start()));
  afterAll(() => till.stop());

  async function start(declaration: Declaration, controllers: Type[]): Promise<void> {
    @Module({
      imports: [
        PlatformModule,
        ParticipantModule.register({ declaration, settings: till.settings, migrations: {}, broker: memoryBroker() }),
      ],
      controllers,
    })
    class Kiosk {}
    const module = await Test.createTestingModule({ imports: [Kiosk] }).compile();
    const app = module.createNestApplication({ logger: false });
    try {
      await startParticipant(app);
    } finally {
      await app.close();
    }
  }
  const sells = service({ name: 'kiosk', handles: [SellTicket] });
  const foreign = reactions('basket', BasketPacked).on(BasketPacked, HoldItem);

  it.each<[string, Declaration, Type[], string]>([
    ['two handlers of one command', sells, [Sells, SellsToo], 'kiosk has two handlers for command:kiosk.SellTicket; keep one'],
    ['a command without a handler', sells, [], 'it declares kiosk.SellTicket but has no @Handles(SellTicket)'],
    ['a handler without a declaration', sells, [Sells, Listens], 'it has a handler for event:shop.BasketPacked, which it does not declare'],
    ['a call without a declaration', sells, [Sells, CallsOnly], 'it has a handler for call:shop.BasketPaid, which it does not declare'],
    [
      'an event without a handler',
      service({ name: 'kiosk', hears: [BasketPacked] }),
      [],
      'it declares to hear shop.BasketPacked but has no @Hears',
    ],
    [
      'an event that is both noted and heard',
      service({ name: 'kiosk', hears: [BasketPacked] }),
      [Listens, NotesToo],
      'it has @Notes(BasketPacked) beside @Hears or @Calls of the same event; keep one',
    ],
    [
      "a reaction with another service's command",
      service({ name: 'kiosk', handles: [SellTicket], reactions: [foreign] }),
      [Sells],
      'it reacts to shop.BasketPacked with till.HoldItem, which it does not handle',
    ],
  ])('%s', async (_, declaration, controllers, sentence) => {
    const failure = await start(declaration, controllers).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(WrongDeclaration);
    expect(String(failure)).toContain(sentence);
  });

  it('and one whose handlers fit does', async () => {
    await start(sells, [Sells]);
    await start(service({ name: 'kiosk', hears: [BasketPaid] }), [CallsOnly]);
  });
});
