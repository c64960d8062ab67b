import { pick } from '@duet/testbed';
import { mutatedBytes, mutatedJson, type Next } from '../bad/mutate';
import { nastyTexts } from '../bad/nasty';
import { bytesOf, type RawRequest } from './exchange';
import type { Route } from './routes';

/** The request's bytes with one to three things changed; the same chances give the same bytes. @param right with a body wherever its route takes one */
export function mutatedRequest(route: Route, right: RawRequest, next: Next): Buffer {
  let request = right;
  for (let left = 1 + upTo(3, next); left > 0; left--) request = pick(changes, next)(request, next, route);
  const bytes = bytesOf(request);
  return next() < 0.05 ? mutatedBytes(bytes, next) : bytes;
}

const upTo = (most: number, next: Next): number => Math.floor(next() * most);
/** As a browser would write it, or not. */
const inAddress = (next: Next): string => {
  const text = pick(nastyTexts, next);
  return next() < 0.7 ? encodeURIComponent(text) : text.replaceAll(/[^!-~]/g, '?');
};
/** A line of a header cannot hold everything without being two. */
const inHeader = (next: Next): string => {
  const text = pick(nastyTexts, next);
  return next() < 0.9 ? text.replaceAll(/[\0\r\n\u0100-\uffff]/g, '?') : text;
};

const changes: readonly ((request: RawRequest, next: Next, route: Route) => RawRequest)[] = [
  (request, next, { template }) => ({ ...request, path: template.replaceAll(/\{[^}]*\}/g, () => inAddress(next)) }),
  (request, next, { inQuery }) => {
    const names = [...inQuery, ...inQuery, 'x'];
    const said = Array.from({ length: 1 + upTo(3, next) }, () => `${pick(names, next)}=${inAddress(next)}`);
    return { ...request, path: `${request.path}${request.path.includes('?') ? '&' : '?'}${said.join('&')}` };
  },
  (request, next) => {
    const place = upTo(request.headers.length, next);
    return { ...request, headers: request.headers.map((one, at) => (at === place ? [one[0], inHeader(next)] : one)) };
  },
  (request, next) => ({ ...request, headers: request.headers.toSpliced(upTo(request.headers.length, next), 1) }),
  (request, next) => {
    const names = ['X-Actor', 'Idempotency-Key', 'Content-Type', 'Content-Encoding', 'Accept', 'Expect', 'Prefer', 'traceparent', 'x'];
    const name = pick(names, next);
    // Half a minute is what may be asked for, and takes as long.
    return { ...request, headers: [...request.headers, [name, name === 'Prefer' ? 'wait=1' : inHeader(next)]] };
  },
  (request, next) => (request.body ? { ...request, body: mutatedJson(request.body, next) } : request),
  (request, next) => (request.body ? { ...request, body: mutatedJson(request.body, next) } : request),
  (request, next) => (request.body ? { ...request, body: mutatedBytes(request.body, next) } : request),
  (request, next) => ({ ...request, method: pick(['GET', 'PUT', 'POST', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS'], next) }),
];
