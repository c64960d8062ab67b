import type { SagaDetail } from '../api/types';
import { moneyText } from '../shop/money';
import { counted } from '../words/names';
import { billOf, type Booked, keptOf, type Standing, standingAt, takenOf } from './ledger';
import { isComplete, type Own, type Owners } from './owners';

type Ended = Booked & Pick<SagaDetail, 'endedAt' | 'style'>;

/** What the sides have come to in stock and money, as their owners have it. */
export interface Balance {
  readonly equal: boolean;
  readonly text: string;
}

/** Whether all sides end with equal stock, money and goods, and the services' own books agree; undefined while one has not ended, somebody does not answer, or it is no order of one product. */
export function balanceOf(sagas: readonly Ended[], owners: Owners, before: number | undefined): Balance | undefined {
  const bill = sagas[0] && billOf(sagas[0]);
  if (!bill || !isComplete(owners) || sagas.some(({ endedAt }) => endedAt === undefined)) return undefined;
  const ends = sagas.map((saga) => standingAt(saga, saga.log.length));
  const otherwise = sagas.filter((_, n) => !agrees(ends[n]!, owners.sides[n])).map(({ style }) => style);
  if (otherwise.length > 0)
    return { equal: false, text: `The services’ own books say otherwise than the messages in ${otherwise.join(' and ')}: look at each.` };
  if (new Set(ends.map(inWords)).size > 1)
    return { equal: false, text: `They do not end equal: ${sagas.map(({ style }, n) => `in ${style} ${inWords(ends[n]!)}`).join('; ')}.` };
  const whose = { 1: 'It ends, by the services’ own books', 2: 'Both end equal, by the services’ own books' }[sagas.length];
  return {
    equal: true,
    text: `${whose ?? 'All end equal, by the services’ own books'}: ${inWords(ends[0]!)}. ${stockText(ends, owners, before)}`.trimEnd(),
  };
}

const inWords = (end: Standing): string =>
  [
    `the order is ${end.order ?? 'not known'}`,
    takenOf(end) === 0 ? 'no stock taken' : `${counted(takenOf(end), 'piece')} taken`,
    keptOf(end) !== 0
      ? `${moneyText(keptOf(end))} kept`
      : end.refunded > 0
        ? `${moneyText(end.refunded)} charged and refunded`
        : 'no money kept',
    end.shipment === 'shipped' ? 'shipped' : 'nothing shipped',
  ].join(', ');

/** Whether what the services have is what their messages say. */
function agrees(end: Standing, own: Own | undefined): boolean {
  if (!own) return false;
  const { payment: money, shipment: goods } = own;
  if (money === 'silent' || goods === 'silent') return false;
  const kept = money?.status === 'charged' ? money.amount : money?.status === 'refunded' ? money.amount - money.refunded : 0;
  return own.order === end.order && kept === keptOf(end) && (goods?.status === 'shipped') === (end.shipment === 'shipped');
}

function stockText(ends: readonly Standing[], { stock }: Owners, before: number | undefined): string {
  if (!stock || stock === 'silent' || before === undefined) return '';
  const taken = ends.reduce((sum, end) => sum + takenOf(end), 0);
  const now = stock.available.toLocaleString('en');
  if (stock.available !== before - taken) return `inventory has ${now} available now; others order, too.`;
  return taken === 0
    ? `inventory has ${now} available, as before.`
    : `inventory has ${now} available of the ${before.toLocaleString('en')} before.`;
}
