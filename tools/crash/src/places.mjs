// @ts-check

/** Where services die, by what a label begins with, after `before:` or `after:`. The first that fits. */
const places = /** @type {const} */ ([
  ['db:begin', 'transactions: begin and commit'],
  ['db:commit', 'transactions: begin and commit'],
  ['db:duet-', 'statements of the runtime'],
  ['db:', 'statements of the business'],
  ['broker:produce', 'sends'],
  ['broker:', 'fetches, offsets, joining'],
  ['outside:', 'calls to the world outside'],
]);

/** In words, in the order in which they are told. */
export const placeNames = [...new Set(places.map(([, place]) => place))];

/** Where a label is. @param {string} label */
export const placeOf = (label) => {
  const plain = label.slice(label.indexOf(':') + 1);
  return places.find(([start]) => plain.startsWith(start))?.[1] ?? 'elsewhere';
};
