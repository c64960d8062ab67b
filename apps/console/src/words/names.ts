/** `ProcessPayment` of `payment.ProcessPayment`: what a message is called where its owner is told beside it. */
export const shortName = (wireName: string): string => wireName.slice(wireName.indexOf('.') + 1);

/** The service in a message's wire name: `payment` of `payment.ProcessPayment`. */
export const ownerOf = (wireName: string): string => wireName.slice(0, Math.max(0, wireName.indexOf('.')));

/** As much of an id as tells it from its neighbours; what is short stays whole. */
export const shortId = (id: string): string => (id.length > 12 ? id.slice(0, 8) : id);

/** `1 saga`, `2 sagas`. */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${count.toLocaleString('en')} ${count === 1 ? one : many}`;

/** The address of a saga's page. */
export const sagaPath = (process: string, id: string): string => `/sagas/${encodeURIComponent(process)}/${encodeURIComponent(id)}`;

/** A reason with its code in front, where the text does not begin with it by itself. */
export const withCode = ({ code, text }: { readonly code: string; readonly text: string }): string =>
  text.startsWith(code) ? text : `${code}: ${text}`;
