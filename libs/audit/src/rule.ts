import type { Service } from './business';
import type { Dossier } from './dossier';

/** The promises of the design's section 11 that tables and files can show. */
export type PromiseCode = 'P1' | 'P2' | 'P3' | 'P4' | 'P5' | 'P6' | 'P7' | 'P8';

/** What a rule is known by, and what the documents print of it. */
export interface RuleText {
  /** `P3-rejected-undone`: the promise and a word or two. */
  readonly code: `${PromiseCode}-${string}`;
  /** What must hold. */
  readonly says: string;
  /** The tables and files that it compares. */
  readonly reads: string;
  /** The evidence of a finding. */
  readonly shows: string;
  /**
   * `always`: at every moment, also while the order is on its way: of rows of one database, which are read at one moment, or of a cause that is committed before its effect.
   * `at rest`: as soon as nothing is on its way for the order any more.
   */
  readonly holds: 'always' | 'at rest';
}

/** One rule about one order. */
export interface Rule extends RuleText {
  /** Whose work it judges: where a person has done that work by hand, the tables cannot tell whether it was done, and the rule is left out. */
  readonly judges: readonly Service[];
  /** What may be missing from an audit, and then the rule is left out. */
  readonly needs?: keyof Sources;
  /** Says each fault as evidence: what is there, and where. */
  readonly check: (dossier: Dossier, say: (evidence: string) => void, look: Look) => void;
}

/** What there is to read beside the four services that always are. */
export interface Sources {
  readonly outside: boolean;
  readonly notification: boolean;
  readonly orchestrator: boolean;
}

/** What the rules are told of the moment and of what there is to read. Times in microseconds since 1970. */
export interface Look {
  readonly has: Sources;
  /** A message that was committed before this time must have been sent. */
  readonly sentBefore: number;
  /** Nothing that was written after this time can have been pruned. */
  readonly keptSince: number;
}

/** What breaks a rule. */
export interface Finding {
  readonly promise: PromiseCode;
  readonly rule: string;
  /** The order that it is about; absent where it is about a product. */
  readonly order?: string;
  readonly sku?: string;
  /** The evidence. */
  readonly text: string;
}

export const promiseOf = (code: RuleText['code']): PromiseCode => code.slice(0, 2) as PromiseCode;
