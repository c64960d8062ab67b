export { cancelPreview, type CancelPreview, decide, replay } from './decide';
export { TooManyWays } from './dance';
export { type Declaration, type Manifest, manifestOf, service } from './declaration';
export { type Duration, durationText, millisecondsOf } from './duration';
export { type Asked, type CommandToSend, type Decision, type Input, type Instance, isEnded, type Status, statuses } from './instance';
export { given } from './kit';
export { applies, type Reaction, type Reactions, reactions, type ReactionTable, type When } from './reactions';
export { answersOf, commandsOf, type Definition, saga, type SagaStep, WrongDefinition } from './saga';
export { type Finding, verify, type VerifyOptions } from './verify';
