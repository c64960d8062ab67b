import type { FlowView, SagaDetail } from '../api/types';
import { StyleMark } from '../shared/style-mark';
import { Duration } from '../shared/time';
import { figuresOf, knowingOf, leaderOf } from './duel';

/** What each side came to: messages, hops, time, who knew what. */
export function FiguresTable({ sagas, edges }: { readonly sagas: readonly SagaDetail[]; readonly edges: FlowView['edges'] }) {
  const heads = ['style', 'messages', 'commands', 'hops', 'time', 'led by', 'knew the most', 'came to'];
  return (
    <div className="table-box" tabIndex={0} role="region" aria-label="What it came to">
      <table>
        <caption className="visually-hidden">What it came to, by style</caption>
        <thead>
          <tr>
            {heads.map((head, n) => (
              <th key={head} scope="col" className={n > 0 && n < 5 ? 'number' : ''}>
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {sagas.map((saga) => {
            const { messages, commands, hops, ms } = figuresOf(saga, saga.log.length);
            const most = knowingOf(saga, saga.log.length, edges).reduce((a, b) => (b.messages > a.messages ? b : a), {
              service: '',
              messages: 0,
            });
            return (
              <tr key={saga.style}>
                <td>
                  <StyleMark style={saga.style} />
                </td>
                <td className="number">{messages}</td>
                <td className="number">{commands}</td>
                <td className="number">{hops}</td>
                <td className="number">
                  <Duration ms={ms} />
                </td>
                <td>{leaderOf(saga) ?? 'nobody'}</td>
                <td>
                  {most.service} ({most.messages} of {messages})
                </td>
                <td>{saga.text}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
