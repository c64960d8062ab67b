import type { Rule, RuleText } from '../rule';

/** P8: the same Idempotency-Key names the same order. Keys are not kept; what they leave is the order's id, which is derived from it. */
export const keys: readonly Rule[] = [
  {
    code: 'P8-id',
    says: 'an order’s id is derived from its Idempotency-Key: a UUID of version 5',
    reads: 'order: orders',
    shows: 'the id',
    holds: 'always',
    judges: [],
    check({ id, order }, say) {
      if (order && id.charAt(14) !== '5') say(`${id} follows from no key`);
    },
  },
];

/** What can be held against the books when the caller knows what was answered to whom. */
export const answeredRules = {
  lost: {
    code: 'P1-answered',
    says: 'an order that was answered is in the books, and ended as its request says it must (where the caller says so)',
    reads: 'the caller’s list · order: orders',
    shows: 'what is there instead',
    holds: 'always',
  },
  asked: {
    code: 'P8-asked',
    says: 'an order in the books was asked for by somebody (where the caller’s list is complete)',
    reads: 'order: orders · the caller’s list',
    shows: 'the order',
    holds: 'always',
  },
  key: {
    code: 'P8-key',
    says: 'a key was answered with the order that is derived from it, every time',
    reads: 'the caller’s list',
    shows: 'the key and the order that it names',
    holds: 'always',
  },
} as const satisfies Record<string, RuleText>;
