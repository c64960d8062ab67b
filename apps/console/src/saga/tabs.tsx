import { useQuery } from '@tanstack/react-query';
import { inventory, observer, payment, sent, shipping, told } from '../api/client';
import { orUnknown } from '../api/problem';
import type { SagaDetail, SagaStepView } from '../api/types';
import { Copy } from '../shared/copy-id';
import { Problem } from '../shared/problem';
import { inHueOf, ServiceChip } from '../shared/service-chip';
import { StateMark } from '../shared/state-mark';
import { Duration, Time } from '../shared/time';
import { shortName } from '../words/names';
import { linesOf, sequencePicture } from './sequence';

/** Who said what to whom, from above to below. */
export function Sequence({ saga }: { readonly saga: SagaDetail }) {
  const { width, height, lanes, rows } = sequencePicture(saga);
  return (
    <div className="sequence" tabIndex={0} role="region" aria-label="Sequence">
      <svg width={width} height={height} role="img" aria-label="Sequence of the messages; the messages tab has them as a table">
        {lanes.map(({ service, x }) => (
          <g key={service} style={inHueOf(service)}>
            <text className="lane-name" x={x} y={14} textAnchor="middle">
              {service}
            </text>
            <line className="lane" x1={x} x2={x} y1={20} y2={height} />
          </g>
        ))}
        {rows.map(({ id, y, from, to, kind, means, text, service }) => (
          <g key={id} style={inHueOf(service)}>
            <g className={`way way-${means}`}>
              {to.map((x) => (
                <path key={x} d={`M${from} ${y} H${x}`} />
              ))}
            </g>
            <g className={`mark mark-${means}`}>
              {(to.length > 0 ? to : [from]).map((x) =>
                kind === 'command' ? <rect key={x} x={x - 4} y={y - 4} width={8} height={8} /> : <circle key={x} cx={x} cy={y} r={4} />,
              )}
              <text x={Math.min(from, ...to) + 8} y={y - 6}>
                {text}
              </text>
            </g>
          </g>
        ))}
      </svg>
    </div>
  );
}

/** The way that it took over the way that it could take. */
export function Flow({ saga: { steps } }: { readonly saga: SagaDetail }) {
  const beside = steps.filter(({ forward }) => !forward);
  return (
    <div className="stack">
      <h2>The way forward</h2>
      <ol className="flow-steps">
        {steps
          .filter(({ forward }) => forward)
          .map((step) => (
            <Step key={step.command} step={step} />
          ))}
      </ol>
      {beside.length > 0 && (
        <>
          <h2>Back, and beside it</h2>
          <ol className="flow-steps">
            {beside.map((step) => (
              <Step key={step.command} step={step} />
            ))}
          </ol>
        </>
      )}
      {steps.length === 0 && <p className="quiet">No manifest says which steps this process has.</p>}
    </div>
  );
}

function Step({ step }: { readonly step: SagaStepView }) {
  const { command, service, kind, state, by, on, tookMs, usuallyMs, undo } = step;
  return (
    <li className={`box step-${state}`}>
      <div>
        <ServiceChip service={service} /> <strong>{shortName(command)}</strong>
      </div>
      <div className="row">
        <StateMark state={state} />
        {tookMs !== undefined && <Duration ms={tookMs} />}
        {usuallyMs !== undefined && (
          <span className="quiet">
            usually <Duration ms={usuallyMs} />
          </span>
        )}
      </div>
      <div className="quiet">
        {kind} · {by === 'command' ? 'by command' : `on ${shortName(on)}`}
      </div>
      {undo && (
        <div className={undo.state === 'open' ? 'quiet' : 'undo'}>
          ┄ {shortName(undo.command)}: {undo.state}
        </div>
      )}
    </li>
  );
}

/** Every message, with its data. */
export function Messages({ saga: { log } }: { readonly saga: SagaDetail }) {
  return (
    <div className="table-box" tabIndex={0} role="region" aria-label="Messages">
      <table>
        <thead>
          <tr>
            {['at', 'service', 'message', 'because of', 'after', 'hop', 'data'].map((head) => (
              <th key={head} scope="col" className={head === 'data' ? 'grow' : ''}>
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {log.map((message) => (
            <tr key={message.id}>
              <td>
                <Time at={message.at} precise />
              </td>
              <td>
                <ServiceChip service={message.service} />
              </td>
              <td>
                <span aria-hidden="true">{message.kind === 'command' ? '■' : '●'}</span> {shortName(message.type)}{' '}
                <span className="quiet">
                  {message.kind}
                  {message.ask && `, asked ${message.ask}`}
                  {message.void && ', void'}
                </span>
              </td>
              <td className="quiet">{message.causeType && shortName(message.causeType)}</td>
              <td className="number">{message.tookMs !== undefined && <Duration ms={message.tookMs} />}</td>
              <td className="number">{message.hop}</td>
              <td className="grow">
                <details>
                  <summary>
                    {message.means}
                    {message.reason && <span className="bad"> {message.reason.code}</span>}
                  </summary>
                  <pre className="body">{JSON.stringify(message.body, null, 2)}</pre>
                  {message.traceparent && <code>traceparent {message.traceparent}</code>}
                </details>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Stock, money and goods of an order, as their owners have them in their own tables now. */
export function Ledger({ saga }: { readonly saga: SagaDetail }) {
  const lines = linesOf(saga.facts);
  const params = { path: { orderId: saga.id } };
  const skus = lines.map(({ sku }) => sku);
  const ledger = useQuery({
    queryKey: ['ledger', saga.id, saga.lastAt],
    queryFn: async ({ signal }) => {
      const [money, goods, ...stock] = await Promise.all([
        orUnknown(sent(payment.GET('/payments/{orderId}', { params, signal }))),
        orUnknown(sent(shipping.GET('/shipments/{orderId}', { params, signal }))),
        ...skus.slice(0, 20).map((sku) => orUnknown(sent(inventory.GET('/stock/{sku}', { params: { path: { sku } }, signal })))),
      ]);
      return { money, goods, stock };
    },
  });
  if (ledger.isError) return <Problem error={ledger.error} doing="Asking the owners" />;
  if (!ledger.data) return <p className="quiet">Asking the owners …</p>;
  const { money, goods, stock } = ledger.data;
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">owner</th>
          <th scope="col">what</th>
          <th scope="col" className="grow">
            as it stands there now
          </th>
        </tr>
      </thead>
      <tbody>
        {lines.slice(0, 20).map(({ sku, quantity }, n) => (
          <tr key={sku}>
            <td>
              <ServiceChip service="inventory" />
            </td>
            <td>
              {quantity} × {sku}
            </td>
            <td>
              {stock[n]
                ? `${stock[n].available} available, ${stock[n].reserved} reserved, ${stock[n].shipped} shipped (all orders)`
                : 'not known there'}
            </td>
          </tr>
        ))}
        <tr>
          <td>
            <ServiceChip service="payment" />
          </td>
          <td>money</td>
          <td>{money ? fieldsOf(money) : 'nothing was charged'}</td>
        </tr>
        <tr>
          <td>
            <ServiceChip service="shipping" />
          </td>
          <td>goods</td>
          <td>{goods ? fieldsOf(goods) : 'nothing was shipped'}</td>
        </tr>
      </tbody>
    </table>
  );
}

const fieldsOf = (view: object): string =>
  Object.entries(view)
    .filter(([name, value]) => name !== 'orderId' && ['string', 'number'].includes(typeof value))
    .map(([name, value]) => `${name} ${String(value)}`)
    .join(', ');

/** What happened, to be pasted elsewhere. */
export function CopyMermaid({ process, id }: { readonly process: string; readonly id: string }) {
  const { data } = useQuery({
    queryKey: ['mermaid', process, id],
    queryFn: ({ signal }) => told(observer.GET('/api/sagas/{process}/{id}/mermaid', { params: { path: { process, id } }, signal })),
    refetchInterval: 5_000,
  });
  return data ? <Copy text={data.mermaid} shown="Copy as Mermaid" label="Copy what happened as a Mermaid sequence diagram" /> : null;
}
