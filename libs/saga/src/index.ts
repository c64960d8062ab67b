export { TooManyWays } from './dance';
export { type Declaration, type Manifest, manifestOf, service } from './declaration';
export { given } from './kit';
export { applies, type Reaction, type Reactions, reactions, type ReactionTable, type When } from './reactions';
export { type Finding, verify, type VerifyOptions } from './verify';
