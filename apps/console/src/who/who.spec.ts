import { whyNoName } from './who';

it.each(['anna', 'Jörg Müller', 'on-call (night)', 'x'.repeat(100)])('%s is a name', (name) => expect(whyNoName(name)).toBeUndefined());

it.each([
  ['', /Say who you are/],
  ['  ', /Say who you are/],
  ['x'.repeat(101), /100 characters/],
  ['Łukasz', /Latin-1/],
  ['a\nb', /Latin-1/],
])('%j is none, and says why', (name, why) => expect(whyNoName(name)).toMatch(why));
