import { setTimeout as pause } from 'node:timers/promises';
import { audit, type AuditOptions, type Evidence, type Report } from './audit';
import type { Finding } from './rule';

/** Between two looks, in milliseconds. */
const between = 250;

/** How long {@link auditAtRest} looks. */
export interface Patience {
  /** Milliseconds until what is still wrong is wrong; the look under way is finished. */
  readonly withinMs: number;
  /** What is not waited for: a finding that is known already, say. All findings are, if not said otherwise. */
  readonly unless?: (finding: Finding) => boolean;
}

/** Audits a system that is coming to rest, again and again until nothing is wrong, and returns the last look's report. */
export async function auditAtRest(evidence: Evidence, options: Omit<AuditOptions, 'as'>, patience: Patience): Promise<Report> {
  const { withinMs, unless = () => false } = patience;
  const end = Date.now() + withinMs;
  for (;;) {
    const report = await audit(evidence, { ...options, as: { is: 'settled' } });
    if (report.findings.every(unless) || Date.now() > end) return report;
    await pause(between);
  }
}
