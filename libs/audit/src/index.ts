export { auditAtRest, type Patience } from './at-rest';
export { audit, type Answered, type AuditOptions, type Evidence, type Report } from './audit';
export { process, type Service, services } from './business';
export { type Clients, Databases, type DatabaseUrls, NoBooks, type Snapshots } from './databases.store';
export { type DeskLine, type Dossier, emptyDossier } from './dossier';
export { Books } from './evidence';
export { isUnderWay, judge, rules, ruleTexts } from './judge';
export type { Finding, Look, PromiseCode, Rule, RuleText } from './rule';
export type { Readers, Unread } from './unread';
