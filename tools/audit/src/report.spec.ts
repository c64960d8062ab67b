import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Report } from '@duet/audit';
import { rulesTable, tellReport } from './report';

/** The cells of a Markdown table's rows, however wide it is written. */
const cells = (table: string): string[][] =>
  table
    .split('\n')
    .filter((line) => line.startsWith('| `P'))
    .map((line) => line.split('|').map((cell) => cell.trim()));

describe('the table of rules', () => {
  it('stands in docs/reliability.md as npm run audit -- --rules prints it', () => {
    const page = readFileSync(resolve(__dirname, '../../../docs/reliability.md'), 'utf8');
    expect(cells(page)).toEqual(cells(rulesTable()));
  });
  it('names each rule once', () => {
    const codes = cells(rulesTable()).map(([, code]) => code);
    expect(new Set(codes).size).toBe(codes.length);
  });
});

describe('a report', () => {
  const clean: Report = {
    ...{ orders: { confirmed: 1_200, rejected: 30, cancelled: 4, placed: 0 }, byHand: 0, moving: 0, awaited: 0, mailsTwice: 0 },
    ...{ findings: [], byRule: {}, wrong: 0 },
  };
  const about = { settled: true, outside: 'files', without: [], seconds: 1.25 };

  it('says how many orders were read, and where', () =>
    expect(tellReport(clean, about)).toBe(
      '1,234 orders: 1,200 confirmed, 30 rejected, 4 cancelled, 0 open\nthe outside world’s files: files\nclean (1.3 s)\n',
    ));

  it('says what was left out, and what is neither right nor wrong', () => {
    const text = tellReport(
      { ...clean, byHand: 2, moving: 3, awaited: 4, mailsTwice: 5 },
      { ...about, settled: false, outside: undefined, without: ['orchestrator'] },
    );
    for (const part of [
      '2 for which a person',
      '3 looked wrong and moved',
      '4 that have ended wait',
      '5 mails were delivered again',
      'were not read',
      'the books of orchestrator',
    ])
      expect(text).toContain(part);
    expect(text).toContain('clean, as it runs');
  });

  it('names what is wrong, how much more there is, and which rules are broken', () => {
    const findings = [{ promise: 'P2' as const, rule: 'P2-charge', order: 'a', text: 'twice' }];
    const text = tellReport({ ...clean, findings, byRule: { 'P2-charge': 7 }, wrong: 6 }, about);
    expect(text).toContain('P2-charge  order a: twice\n… and 6 more');
    expect(text).toContain('P2-charge: 7 (the provider charges an order at most once');
    expect(text).toContain('WRONG: 6 orders or products');
  });
});
