import { type Service, services } from './business';
import type { Dossier } from './dossier';
import { type Finding, type Look, promiseOf, type Rule, type RuleText } from './rule';
import { ends } from './rules/ends';
import { answeredRules, keys } from './rules/keys';
import { once } from './rules/once';
import { outbox } from './rules/outbox';
import { stock, stockRules } from './rules/stock';
import { undone } from './rules/undone';
import { whole } from './rules/whole';

/** Every rule about one order. */
export const rules: readonly Rule[] = [...ends, ...once, ...whole, ...stock, ...outbox, ...undone, ...keys];

/** Every rule there is, for the documents: those about products and about what callers know, too. */
export const ruleTexts: readonly RuleText[] = [...rules, ...Object.values(stockRules), ...Object.values(answeredRules)].sort((a, b) =>
  a.code < b.code ? -1 : 1,
);

/** A finding, with what may still come right by itself. */
export interface Suspicion extends Finding {
  readonly holds: Rule['holds'];
}

/** What every rule that applies has to say about one order: nothing, if all is well. Pure. */
export function judge(dossier: Dossier, look: Look): Suspicion[] {
  const found: Suspicion[] = [];
  for (const rule of rules) {
    if (rule.needs && !look.has[rule.needs]) continue;
    if (rule.judges.length > 0 && rule.judges.some((service) => isByHand(dossier, service))) continue;
    rule.check(
      dossier,
      (text) => void found.push({ promise: promiseOf(rule.code), rule: rule.code, order: dossier.id, text, holds: rule.holds }),
      look,
    );
  }
  return found;
}

/**
 * Whether a person has done by hand what this service was to do for the order, or has dropped what it heard: a mail, say. A redrive is the service's own work, and so is the
 * refusal of a command that was dropped.
 */
const isByHand = ({ runtime }: Dossier, service: Service): boolean =>
  runtime[service]?.operations.some(({ did, step }) => did === 'settle' || (did === 'drop' && step === 'hears')) ?? false;

/** Whether a person has done any of it by hand. */
export const isAnyByHand = (dossier: Dossier): boolean => services.some((service) => isByHand(dossier, service));

/** What the tables show to be on its way for the order: a deadline, a held or unsent message. Messages in the broker they do not show. */
export function isUnderWay({ order, instance, runtime }: Dossier): boolean {
  if (order?.status === 'placed' && order.style === 'choreography') return true;
  if (instance && instance.status !== 'completed' && instance.status !== 'compensated') return true;
  return services.some((service) => {
    const { held = [], outbox: sent = [], timers = [] } = runtime[service] ?? {};
    return held.length > 0 || timers.length > 0 || sent.some((message) => !message.sent);
  });
}
