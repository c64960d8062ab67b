import { useEffect, useRef, useState } from 'react';
import { Link } from 'wouter';
import { useLive } from '../api/live';
import type { TapeEntry } from '../api/types';
import { ServiceChip } from '../shared/service-chip';
import { StyleMark } from '../shared/style-mark';
import { Time } from '../shared/time';
import { counted, sagaPath, shortId, shortName } from '../words/names';

/** So many messages stay, and so often is drawn what has come, in milliseconds: more than that nobody reads. */
const [kept, everyMs] = [60, 250];

/** Every message of the system as it is heard, the newest first. Whoever has scrolled reads on undisturbed. */
export function Tape() {
  const [shown, setShown] = useState<readonly TapeEntry[]>([]);
  const [waiting, setWaiting] = useState(0);
  const come = useRef<TapeEntry[]>([]);
  const box = useRef<HTMLDivElement>(null);
  const line = useLive({}, { message: (entry) => void (come.current = [entry, ...come.current].slice(0, kept)) });
  const show = (): void => {
    const fresh = come.current;
    come.current = [];
    setWaiting(0);
    if (fresh.length > 0) setShown((before) => [...fresh, ...before].slice(0, kept));
  };
  useEffect(() => {
    const timer = setInterval(() => {
      if ((box.current?.scrollTop ?? 0) > 4) setWaiting(come.current.length);
      else show();
    }, everyMs);
    return () => clearInterval(timer);
  }, []);
  return (
    <section aria-labelledby="tape">
      <div className="row">
        <h2 id="tape">Live tape</h2>
        <span className="quiet">{line === 'live' ? 'live' : 'not connected; trying again'}</span>
        {waiting > 0 && (
          <button type="button" onClick={() => (box.current?.scrollTo(0, 0), show())}>
            {waiting} new
          </button>
        )}
      </div>
      <div className="tape" ref={box} tabIndex={0} role="region" aria-label="Messages, the newest first">
        {shown.length === 0 && <p className="quiet">Nothing has been said since this page was opened.</p>}
        <table>
          <tbody>
            {shown.map((entry) => (
              <tr key={entry.position}>
                <td>
                  <Time at={entry.at} precise />
                </td>
                <td>
                  <ServiceChip service={entry.service} />
                </td>
                <td className={`means-${entry.means}`}>
                  <span aria-hidden="true">{entry.kind === 'command' ? '■' : '●'}</span> {shortName(entry.type)}
                  <span className="visually-hidden"> ({entry.kind})</span>
                  {entry.reason && <span className="bad"> {entry.reason.code}</span>}
                </td>
                <td className="grow">
                  <StyleMark style={entry.style} short />{' '}
                  <Link href={sagaPath(entry.process, entry.saga)} className="mono">
                    {shortId(entry.saga)}
                  </Link>
                </td>
                <td className="quiet number">{counted(entry.hop, 'hop')}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
