import { appendFile, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NoBooks } from './databases.store';
import { emptyDossier } from './dossier';
import { enterOutside, OutsideFiles, outsideOf } from './outside';

const order = (digit: string): string => `${digit.repeat(8)}-1111-5111-8111-111111111111`;
const charge = (id: string): string =>
  JSON.stringify({
    ...{ at: '2026-01-01T00:00:00.000Z', what: 'charged', key: `place-order/${id}/payment.ProcessPayment` },
    request: { amount: 7, currency: 'CHF', method: 'card_ok', reference: id },
    answer: { status: 201, body: { chargeId: `charge of ${id}` } },
  });
const refund = (id: string): string =>
  JSON.stringify({
    at: '',
    what: 'cancelled',
    key: `place-order/${id}/payment.ProcessPayment`,
    answer: { status: 200, body: { refunded: 7 } },
  });
const mail = (id: string): string =>
  JSON.stringify({ at: '', messageId: `<place-order.${id}.hears.order.OrderConfirmed.m@notification.duet.example>`, reference: null });

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'duet-outside-'));
  const lines = [charge(order('b')), charge(order('a')), refund(order('b'))];
  await writeFile(join(folder, 'payments.jsonl'), lines.map((line) => `${line}\n`).join(''));
  await writeFile(join(folder, 'mails.jsonl'), `${mail(order('c'))}\n`);
});
afterEach(() => rm(folder, { recursive: true }));

async function read(most?: number): Promise<string[]> {
  const files = await OutsideFiles.open(folder, most);
  const all: string[] = [];
  for await (const part of files.sorted()) {
    for (const [id, lines] of part) {
      const dossier = emptyDossier(id);
      enterOutside(dossier, lines);
      all.push(
        `${id.charAt(0)}: ${[...dossier.money.map(({ what, amount }) => `${what} ${amount}`), ...dossier.letters.map(() => 'mail')].join(', ')}`,
      );
    }
  }
  await files.close();
  return all;
}
const expected = ['a: charged 7', 'b: charged 7, cancelled 7', 'c: mail'];

describe('the outside world’s files', () => {
  it('are read order by order, each with its lines in the order in which they were written', async () =>
    expect(await read()).toEqual(expected));
  it('are read in the same way when they do not fit into memory, and nothing stays behind on the disk', async () => {
    const before = await readdir(tmpdir());
    expect(await read(10)).toEqual(expected);
    expect((await readdir(tmpdir())).filter((name) => name.startsWith('duet-audit-') && !before.includes(name))).toEqual([]);
  });
  it('may end with half a line: it is being written', async () => {
    await appendFile(join(folder, 'payments.jsonl'), charge(order('d')).slice(0, 40));
    expect(await read()).toEqual(expected);
  });
  it('give the order of a line that is written in another way', async () => {
    await appendFile(join(folder, 'payments.jsonl'), `${JSON.stringify(JSON.parse(charge(order('d'))), null, 1).replaceAll('\n', '')}\n`);
    expect(await read()).toEqual([...expected, 'd: charged 7']);
  });
  it('are read for some orders alone', async () => {
    const some = await outsideOf(folder, new Set([order('b'), order('e')]));
    expect([...some].map(([id, { payments }]) => [id, payments.length])).toEqual([[order('b'), 2]]);
  });
  it('are an error when a line in the middle is damaged', async () => {
    await appendFile(join(folder, 'payments.jsonl'), `${charge(order('d')).slice(0, 150)}\n${charge(order('d'))}\n`);
    await expect(read()).rejects.toThrow('this line is damaged: {"at":"2026-01-01');
  });
  it('that are not there are an error, with the folder', async () => {
    await expect(OutsideFiles.open(join(folder, 'nowhere'))).rejects.toThrow(NoBooks);
    await expect(OutsideFiles.open(join(folder, 'nowhere'))).rejects.toThrow(join(folder, 'nowhere'));
  });
});
