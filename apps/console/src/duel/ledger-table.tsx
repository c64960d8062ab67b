import type { ReactNode } from 'react';
import type { SagaDetail } from '../api/types';
import { ServiceChip } from '../shared/service-chip';
import { StateMark } from '../shared/state-mark';
import { moneyText } from '../shop/money';
import { billOf, type Standing, standingAt, takenOf } from './ledger';
import type { Own, Said, Stock } from './owners';

export interface LedgerTableProps {
  readonly saga: SagaDetail;
  /** How many of its messages have been said by the step that is looked at. */
  readonly said: number;
  /** Pieces available before anything was ordered; undefined where that is not known. */
  readonly stock: number | undefined;
  /** What the services themselves have; undefined until they have answered. */
  readonly own: Own | undefined;
  /** What inventory itself has: for all orders together. */
  readonly now: Said<Stock>;
}

/** What each service has in its books: before, at the step that is looked at, at the end, and what it says itself when it is asked. */
export function LedgerTable({ saga, said, stock, own, now }: LedgerTableProps) {
  const bill = billOf(saga);
  if (!bill) return null;
  const hasEnded = saga.endedAt !== undefined;
  const standings = [standingAt(saga, 0), standingAt(saga, said), standingAt(saga, saga.log.length)] as const;
  const cells = (cell: (standing: Standing) => ReactNode): ReactNode =>
    standings.map((standing, n) => (
      <td key={n} className={n === 1 ? 'duel-now' : ''}>
        {n === 2 && !hasEnded ? <span className="quiet">…</span> : cell(standing)}
      </td>
    ));
  return (
    <table className="duel-ledger">
      <caption className="visually-hidden">What each service has in its books</caption>
      <thead>
        <tr>
          <th scope="col">books of</th>
          <th scope="col">before</th>
          <th scope="col">at this step</th>
          <th scope="col">at the end</th>
          <th scope="col">it says itself</th>
        </tr>
      </thead>
      <tbody>
        <tr>
          <Owner service="order" what="the order" />
          {cells(({ order }) => (order ? <StateMark state={order} /> : '–'))}
          <td>{own && words(own.order, (status) => status)}</td>
        </tr>
        <tr>
          <Owner service="inventory" what={bill.sku} />
          {cells((standing) => stockCell(standing, stock))}
          <td>{own && words(now, ({ available }) => `${available.toLocaleString('en')} available`)}</td>
        </tr>
        <tr>
          <Owner service="payment" what="money" />
          {cells(moneyCell)}
          <td>{own && words(own.payment, moneyWords)}</td>
        </tr>
        <tr>
          <Owner service="shipping" what="goods" />
          {cells(({ shipment }) => (shipment === 'none' ? '–' : shipment))}
          <td>{own && words(own.shipment, ({ status }) => status)}</td>
        </tr>
      </tbody>
    </table>
  );
}

function Owner({ service, what }: { readonly service: string; readonly what: string }) {
  return (
    <th scope="row">
      <ServiceChip service={service} /> <span className="quiet">{what}</span>
    </th>
  );
}

function stockCell(standing: Standing, before: number | undefined): ReactNode {
  const { reserved, gone } = standing;
  const taken = takenOf(standing);
  const left = before === undefined ? (taken === 0 ? '±0' : `−${taken}`) : `${(before - taken).toLocaleString('en')} available`;
  // Always two lines: nothing below moves from step to step.
  return (
    <>
      {left}
      <br />
      <span className="quiet">{gone > 0 ? `${gone} gone` : `${reserved} reserved`}</span>
    </>
  );
}

function moneyCell({ charged, refunded }: Standing): ReactNode {
  if (charged === 0) return moneyText(0);
  return refunded === 0 ? `${moneyText(charged)} charged` : <span className="undo">{moneyText(refunded)} refunded</span>;
}

/** What a service says when it is asked. */
function words<T extends string | object>(said: Said<T>, ofWhat: (said: T) => string): ReactNode {
  if (said === 'silent') return <span className="bad">does not answer</span>;
  return said === undefined ? 'nothing' : ofWhat(said);
}

const moneyWords = ({ status, amount, refunded }: Exclude<Own['payment'], 'silent' | undefined>): string =>
  status === 'declined' ? 'declined' : `${status} ${moneyText(status === 'refunded' ? refunded : amount)}`;
