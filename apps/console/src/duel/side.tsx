import { Link } from 'wouter';
import type { FlowView, MessageView, SagaDetail } from '../api/types';
import { StateMark } from '../shared/state-mark';
import { StyleMark } from '../shared/style-mark';
import { Duration } from '../shared/time';
import { counted, sagaPath, shortId, shortName } from '../words/names';
import { figuresOf, knowingOf, leaderOf, stateAt } from './duel';
import { LedgerTable, type LedgerTableProps } from './ledger-table';
import { noticeOf } from './notice';
import { pictureOf } from './picture';
import { PictureFigure } from './picture-figure';

interface SideProps {
  readonly saga: SagaDetail;
  /** How many of its messages have been said by the step that is looked at. */
  readonly said: number;
  /** What it says in this step; undefined where it stands still. */
  readonly move: MessageView | undefined;
  readonly step: number;
  readonly edges: FlowView['edges'];
  /** Some side has a leader: this one's steps stand level with that one's. */
  readonly roomToLead: boolean;
  /** What the services themselves have, and how much of the stock there was before. */
  readonly books: Pick<LedgerTableProps, 'stock' | 'own' | 'now'>;
}

/** One style of a duel as it stood at a step. */
export function SideFigure({ saga, said, move, step, edges, roomToLead, books }: SideProps) {
  const { style, process, id, log } = saga;
  const soFar = log.slice(0, said);
  const figures = figuresOf(saga, said);
  const notice = move ? noticeOf(saga, move) : undefined;
  return (
    <section className="duel-side stack" aria-label={style}>
      <div className="row spread">
        <h2>
          <StyleMark style={style} />
        </h2>
        <span>
          <StateMark state={stateAt(saga, said)} />{' '}
          <Link href={sagaPath(process, id)}>
            <span className="visually-hidden">{style}: saga </span>
            {shortId(id)}
          </Link>
        </span>
      </div>
      <PictureFigure
        picture={pictureOf(saga, said, move !== undefined, roomToLead)}
        step={step}
        label={`Flow: ${notice ?? 'stands still'}`}
      />
      <p className={`duel-notice box ${noticeTone(move)}`}>{notice ?? <span className="quiet">Nothing is said here in this step.</span>}</p>
      {saga.parked.length > 0 && (
        <p>
          <Link href="/parked">Decide it for {style}: redrive, settle or drop what is parked</Link>
        </p>
      )}
      <LedgerTable saga={saga} said={said} {...books} />
      <dl className="duel-facts">
        <dt>events in Kafka</dt>
        <dd>
          <Said messages={soFar.filter(({ kind }) => kind === 'event')} latest={move} />
        </dd>
        <dt>{leaderOf(saga) ?? 'leader'}’s commands</dt>
        <dd>
          <Said
            messages={soFar.filter(({ kind }) => kind === 'command')}
            latest={move}
            none={leaderOf(saga) ? 'none so far' : 'none: nobody leads'}
          />
        </dd>
        <dt>who knows the whole?</dt>
        <dd>
          <Knowing saga={saga} said={said} edges={edges} />
        </dd>
        <dt>so far</dt>
        <dd>
          {counted(figures.messages, 'message')} · {counted(figures.hops, 'hop')} · <Duration ms={figures.ms} />
        </dd>
      </dl>
    </section>
  );
}

function noticeTone(move: MessageView | undefined): string {
  if (move?.means === 'refusal') return 'box-bad';
  return move?.means === 'undo' ? 'box-undo' : '';
}

interface SaidProps {
  readonly messages: readonly MessageView[];
  readonly latest: MessageView | undefined;
  readonly none?: string;
}

function Said({ messages, latest, none = 'none so far' }: SaidProps) {
  if (messages.length === 0) return <span className="quiet">{none}</span>;
  return (
    <ol className="duel-said">
      {messages.map((message) => (
        <li key={message.id} className={`duel-chip duel-${message.means} ${message === latest ? 'duel-latest' : ''}`}>
          <span aria-hidden="true">{message.kind === 'command' ? '■' : '●'}</span> {shortName(message.type)}
          {message === latest && <span className="visually-hidden"> (now)</span>}
        </li>
      ))}
    </ol>
  );
}

function Knowing({ saga, said, edges }: Pick<SideProps, 'saga' | 'said' | 'edges'>) {
  const all = knowingOf(saga, said, edges);
  const leader = all.find(({ leads }) => leads);
  return (
    <>
      <strong>{leader ? leader.service : 'nobody'}</strong>{' '}
      <span className="quiet">
        {leader ? 'acts on the whole, and asks the others' : 'acts on the whole: each acts on what it hears'} · of{' '}
        {counted(said, 'message')}, said or heard: {all.map(({ service, messages }) => `${service} ${messages}`).join(', ')}
      </span>
    </>
  );
}
