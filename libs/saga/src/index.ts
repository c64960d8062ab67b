export { type Declaration, type Manifest, manifestOf, service } from './declaration';
export { applies, type Reaction, type Reactions, reactions, type ReactionTable, type When } from './reactions';
