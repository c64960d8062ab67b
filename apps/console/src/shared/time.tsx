import { useEffect, useState } from 'react';
import { durationText } from '../words/duration';
import { preciseTimeText, timeText } from '../words/time';

/** A duration of so many milliseconds, in the one format. */
export function Duration({ ms }: { readonly ms: number }) {
  return <span title={`${ms.toLocaleString('en')} ms`}>{durationText(ms)}</span>;
}

/** A moment by the reader's clock; the whole of it on hover. */
export function Time({ at, precise = false }: { readonly at: string; readonly precise?: boolean }) {
  return (
    <time dateTime={at} title={`${new Date(at).toString()} (${at})`}>
      {precise ? preciseTimeText(at) : timeText(at)}
    </time>
  );
}

/** How long ago, counting; the moment on hover. */
export function Since({ at }: { readonly at: string }) {
  const now = useNow();
  return (
    <time dateTime={at} title={`${new Date(at).toString()} (${at})`}>
      {durationText(now - Date.parse(at))}
    </time>
  );
}

/** The time, anew each second. */
export function useNow(): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  return now;
}
