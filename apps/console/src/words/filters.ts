/** What a list of sagas is narrowed by: the parameters of `GET /api/sagas`, which are also those of the page's address. */
export const filterNames = [
  'process',
  'state',
  'style',
  'service',
  'step',
  'reason',
  'customer',
  'id',
  'olderThan',
  'youngerThan',
] as const;
export type FilterName = (typeof filterNames)[number];
export type Filters = Readonly<Partial<Record<FilterName, string>>>;

/** The filters in a page's address; what is empty or unknown is left out. */
export function filtersOf(address: URLSearchParams): Filters {
  return Object.fromEntries(
    filterNames.flatMap((name) => {
      const value = address.get(name)?.trim();
      return value ? [[name, value]] : [];
    }),
  );
}

/** A page's address with these filters, in one order, so that equal filters have equal addresses; `''` for none. */
export function addressOf(filters: Filters): string {
  const given = filterNames.flatMap((name) => (filters[name] ? [[name, filters[name]] as [string, string]] : []));
  return given.length === 0 ? '' : `?${new URLSearchParams(given).toString()}`;
}

/**
 * What somebody types into the search box: `style:hybrid state:stalled c-42`. Words with the name of a filter and a colon are filters; another word is the beginning of an id
 * where it looks like one (three hexadecimal digits at least, and hyphens as a UUID has them), else a customer.
 */
export function filtersTyped(text: string): Filters {
  const found: Partial<Record<FilterName, string>> = {};
  for (const word of text.split(/\s+/).filter(Boolean)) {
    const [name = '', value] = splitOnce(word);
    const known = filterNames.find((each) => each === name);
    if (known && value) found[known] = value;
    else if (/^[0-9a-f]{3,8}(-[0-9a-f-]*)?$/i.test(word)) found.id = word.toLowerCase();
    else found.customer = word;
  }
  return found;
}

/** The other way round: what the search box shows for these filters. */
export const typedOf = (filters: Filters): string =>
  filterNames.flatMap((name) => (filters[name] ? [name === 'id' ? filters[name] : `${name}:${filters[name]}`] : [])).join(' ');

function splitOnce(word: string): [string, string | undefined] {
  const at = word.indexOf(':');
  return at < 0 ? [word, undefined] : [word.slice(0, at), word.slice(at + 1)];
}
