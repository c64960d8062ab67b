import type { SagaDetail } from '../api/types';
import { ServiceChip } from '../shared/service-chip';
import { Time } from '../shared/time';
import { shortName } from '../words/names';

/** A circle in which messages cause one another: what goes round, and how it came about, message by message. */
export function LoopBox({ loop: { stopped, lineage } }: { readonly loop: NonNullable<SagaDetail['loop']> }) {
  return (
    <section className="box box-bad" aria-label="Loop">
      <p>
        Each of these messages caused the next, in a circle{stopped && ', until the last was set aside unread for having come too far'}. To
        end it for good, one of the services must answer no more.
      </p>
      <details>
        <summary>Its lineage: {lineage.length} messages, each caused by the one before</summary>
        <ol className="lineage" start={lineage[0]?.hop ?? 0}>
          {lineage.map(({ id, type, service, at }) => (
            <li key={id}>
              {shortName(type)} of <ServiceChip service={service} />{' '}
              <span className="quiet">
                <Time at={at} />
              </span>
            </li>
          ))}
        </ol>
      </details>
    </section>
  );
}
