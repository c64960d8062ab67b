import { audit, type Evidence } from './audit';
import { type Dossier, emptyDossier, type ReservationRecord } from './dossier';
import type { Unread } from './unread';

const id = '7f3f1c52-1d0f-5a5e-9d53-0d0c1f2e3a4b';
const lines = [{ sku: 'tea', quantity: 1 }];

/** A rejected order, and what is in the books of inventory. */
const rejected = (state: ReservationRecord['state'], nextSeq = 1): Dossier => ({
  ...emptyDossier(id),
  order: {
    style: 'choreography',
    status: 'rejected',
    reason: 'no-carrier',
    lines,
    total: 7,
    currency: 'CHF',
    placedAt: '2026-01-01T00:00:00.000Z',
  },
  reservation: { state, lines },
  runtime: { payment: { nextSeq, heldCount: 0, steps: [], held: [], outbox: [], timers: [], operations: [] } },
});
const unread: Unread = {
  from: 'shipping',
  by: 'inventory',
  message: { seq: 1, id: 'm', type: 'shipping.ShipmentFailed', void: false, createdAt: 0, sent: true },
};

/** What is seen at one look after the other; the last stays. */
function seen(first: Dossier, ...later: readonly { readonly dossier: Dossier; readonly unread?: readonly Unread[] }[]) {
  let looks = 0;
  const evidence: Evidence = {
    has: { outside: false, notification: false, orchestrator: false },
    sweep: async (work) => (
      work([first]),
      [{ sku: 'tea', available: 0, reserved: first.reservation?.state === 'reserved' ? 1 : 0, shipped: 0 }]
    ),
    of: async () => {
      const look = later[Math.min(looks++, later.length - 1)];
      return look ? [{ unread: [], ...look }] : [];
    },
  };
  return audit(evidence, { as: { is: 'live', graceMs: 1, readers: () => [] } }).then((report) => ({
    rules: report.findings.map(({ rule }) => rule),
    awaited: report.awaited,
    moving: report.moving,
    looks,
  }));
}

describe('what looks wrong in a live system', () => {
  it('is wrong when nothing has moved at the second look, and everything was read', async () =>
    expect(await seen(rejected('reserved'), { dossier: rejected('reserved') })).toEqual({
      ...{ rules: ['P3-rejected-undone'], awaited: 0, moving: 0 },
      looks: 1,
    }));

  it('is not wrong when it has come right meanwhile, or is gone', async () => {
    expect(await seen(rejected('reserved'), { dossier: rejected('released') })).toMatchObject({ rules: [], moving: 0, looks: 1 });
    expect(await seen(rejected('reserved'))).toMatchObject({ rules: [], moving: 0, looks: 1 });
  });

  it('is awaited, not wrong, while a message of it has not been read', async () =>
    expect(await seen(rejected('reserved'), { dossier: rejected('reserved'), unread: [unread] })).toMatchObject({
      rules: [],
      awaited: 1,
      moving: 0,
    }));

  it('is looked at again as long as it moves, a few times, and is neither then', async () => {
    const moving = Array.from({ length: 9 }, (_, n) => ({ dossier: rejected('reserved', n + 2) }));
    expect(await seen(rejected('reserved'), ...moving)).toEqual({ rules: [], awaited: 0, moving: 1, looks: 4 });
  });

  it('is not wrong by evidence that is seen for the first time while the order moves', async () => {
    // What must never be is seen at one look alone: one database was read before another.
    const looks = [{ dossier: rejected('issued') }, { dossier: rejected('released') }];
    expect(await seen(rejected('reserved'), ...looks)).toMatchObject({ rules: [], moving: 0, looks: 2 });
  });

  it('is wrong by the same evidence at two looks for what must never be, however much moves beside it', async () => {
    const { rules, looks } = await seen(rejected('issued'), { dossier: rejected('issued', 2) });
    expect(rules.filter((rule) => rule !== 'P4-reserved')).toEqual(['P3-rejected']);
    expect(looks).toBe(1);
  });
});
