import type { BadMessage } from './message';

const both = (text: string) => ({ key: text, headers: { ce_subject: text, ce_correlationid: text } });

/** What can be wrong with the key, which is the saga. */
export const badKeys: readonly BadMessage[] = [
  { name: 'no key', code: 'subject', change: { key: null } },
  { name: 'an empty key', code: 'subject', change: { key: '' } },
  { name: 'the key of another saga', code: 'subject', change: { key: 'another' } },
  { name: 'a key that is not UTF-8', code: 'subject', change: { key: Buffer.from([0xff, 0xfe]) } },
  { name: 'a key of 1 MB', code: 'subject', change: { key: 'k'.repeat(1_000_000) } },
  { name: 'the subject of another saga', code: 'subject', change: { headers: { ce_subject: 'another' } } },
  { name: 'the correlation id of another saga', code: 'subject', change: { headers: { ce_correlationid: 'another' } } },
  { name: 'key and subject are empty', code: 'header', change: both('') },
  { name: 'key and subject have 10 kB', code: 'header', change: both('k'.repeat(10_000)) },
  { name: 'key and subject hold U+0000', code: 'header', change: both('a\0b') },
  {
    name: 'key and subject are not UTF-8',
    code: 'not-utf8',
    change: { key: Buffer.from([0xff]), headers: { ce_subject: Buffer.from([0xff]), ce_correlationid: Buffer.from([0xff]) } },
  },
];
