import type { IncomingHttpHeaders } from 'node:http';

/** Methods that change nothing. What they answer, a page of somebody else's cannot read: no answer of ours allows it to. */
const reading: readonly string[] = ['GET', 'HEAD', 'OPTIONS'];

/**
 * Whether a request that may change something was made by a page of somebody else's, in the browser of somebody who may operate this system. A browser says where a request comes from
 * (`Sec-Fetch-Site`; where the address is not one that it trusts, only `Origin`), and no page can make it say otherwise. Who says neither is no browser.
 */
export function isForeignPage(method: string, headers: IncomingHttpHeaders): boolean {
  if (reading.includes(method)) return false;
  const site = headers['sec-fetch-site'];
  // Another port of the same machine is the same site, and another's page all the same.
  if (site !== undefined) return site !== 'same-origin' && site !== 'none';
  const { origin, host } = headers;
  return origin !== undefined && hostOf(origin) !== host;
}

function hostOf(origin: string): string | undefined {
  try {
    return new URL(origin).host;
  } catch {
    // `null`: a page without an origin, in a sandbox say.
    return undefined;
  }
}
