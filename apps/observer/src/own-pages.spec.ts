import { isForeignPage } from './own-pages';

const host = 'localhost:3010';

describe('a request that may change something', () => {
  it('is taken from the console, from an address that somebody typed, and from programs', () => {
    expect(isForeignPage('POST', { host, 'sec-fetch-site': 'same-origin', origin: 'http://localhost:3010' })).toBe(false);
    expect(isForeignPage('POST', { host, 'sec-fetch-site': 'none' })).toBe(false);
    expect(isForeignPage('POST', { host })).toBe(false);
    // A browser that does not trust the address says its origin only.
    expect(isForeignPage('DELETE', { host, origin: 'http://localhost:3010' })).toBe(false);
  });

  it.each([
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site', origin: 'http://localhost:8080' },
    { 'sec-fetch-site': 'cross-site', origin: 'http://localhost:3010' },
    { origin: 'http://localhost:8080' },
    { origin: 'https://elsewhere.example' },
    { origin: 'null' },
  ])('is refused from a page of somebody else: %j', (headers) => {
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH']) expect(isForeignPage(method, { host, ...headers })).toBe(true);
  });

  it('is another thing than one that only reads', () => {
    expect(isForeignPage('GET', { host, 'sec-fetch-site': 'cross-site', origin: 'https://elsewhere.example' })).toBe(false);
  });
});
