import { type Finding, type Report, type RuleText, ruleTexts } from '@duet/audit';

/** The rules as a table in Markdown. */
export function rulesTable(rules: readonly RuleText[] = ruleTexts): string {
  const rows = rules.map(({ code, says, reads, shows, holds }) => `| ${[`\`${code}\``, says, holds, reads, shows].join(' | ')} |`);
  return ['| rule | what must hold | when | what is compared | what a finding shows |', '| --- | --- | --- | --- | --- |', ...rows].join(
    '\n',
  );
}

/** One finding, in a line. */
export const tellFinding = ({ rule, order, sku, text }: Finding): string =>
  `${rule}  ${order === undefined ? `product ${sku}` : `order ${order}`}: ${text}`;

/** What there was to read, and how long it took. */
export interface Circumstances {
  readonly settled: boolean;
  readonly outside: string | undefined;
  readonly without: readonly string[];
  readonly seconds: number;
}

/** The whole report, in words: the findings first, then what it is about. */
export function tellReport(report: Report, { settled, outside, without, seconds }: Circumstances): string {
  const { orders, byHand, moving, awaited, mailsTwice, findings, byRule, wrong } = report;
  const all = orders.confirmed + orders.rejected + orders.cancelled + orders.placed;
  const found = Object.values(byRule).reduce((sum, count) => sum + count, 0);
  const lines = [
    ...findings.map(tellFinding),
    ...(found > findings.length ? [`… and ${number(found - findings.length)} more: --limit prints more, --json keeps all`] : []),
    ...(found > 0 ? ['', ...Object.entries(byRule).map(([rule, count]) => `${rule}: ${number(count)} (${saysOf(rule)})`), ''] : []),
    `${number(all)} orders: ${number(orders.confirmed)} confirmed, ${number(orders.rejected)} rejected, ${number(orders.cancelled)} cancelled, ${number(orders.placed)} open`,
    ...(awaited > 0 ? [`${number(awaited)} that have ended wait for a message that was sent and has not been read yet`] : []),
    ...(moving > 0 ? [`${number(moving)} looked wrong and moved at every look: look again when they rest`] : []),
    ...(byHand > 0 ? [`${number(byHand)} for which a person did something by hand: rules about that were left out`] : []),
    ...(mailsTwice > 0 ? [`${number(mailsTwice)} mails were delivered again with the same Message-ID, as SMTP may`] : []),
    outside === undefined
      ? 'the outside world’s files were not read: what is left of P2 is what the tables say'
      : `the outside world’s files: ${outside}`,
    ...(without.length > 0 ? [`the books of ${without.join(' and ')} were not read`] : []),
    `${wrong === 0 ? 'clean' : `WRONG: ${number(wrong)} orders or products`}${settled ? '' : ', as it runs'} (${seconds.toFixed(1)} s)`,
  ];
  return `${lines.join('\n')}\n`;
}

const saysOf = (rule: string): string => ruleTexts.find(({ code }) => code === rule)?.says ?? '';

export const number = (value: number): string => value.toLocaleString('en-US');
