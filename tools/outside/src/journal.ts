import { mkdir, open, readFile, truncate, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';

/** A journal has a line that cannot be read, with good ones behind it: not a crash in the middle of writing, but damage. */
export class DamagedJournal extends Error {
  override readonly name = 'DamagedJournal';
  constructor(path: string, line: number) {
    super(`${path} cannot be read at line ${line}. Repair or remove the file; what it says cannot be guessed.`);
  }
}

/** An append-only file of JSON lines. What was appended is on the disk before `append` resolves. */
export class Journal<Line extends object> {
  private waiting: { text: string; resolve: () => void; reject: (error: unknown) => void }[] = [];
  private flushing: Promise<void> | undefined;

  private constructor(
    private readonly file: FileHandle,
    /** What the file held when it was opened. */
    readonly lines: readonly Line[],
  ) {}

  /** Reads what is there. A last line that was half written when the process died was never answered: it is cut off, and `note` hears of it. @throws DamagedJournal */
  static async open<Line extends object>(path: string, note: (text: string) => void): Promise<Journal<Line>> {
    await mkdir(dirname(path), { recursive: true });
    const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return Buffer.alloc(0);
      throw error;
    });
    const whole = bytes.lastIndexOf('\n') + 1;
    if (whole < bytes.length) {
      note(`${path}: cut off ${bytes.length - whole} bytes of a line that was half written`);
      await truncate(path, whole);
    }
    const texts = bytes.subarray(0, whole).toString().split('\n').slice(0, -1);
    const lines = texts.map((text, index) => {
      try {
        return JSON.parse(text) as Line;
      } catch {
        throw new DamagedJournal(path, index + 1);
      }
    });
    return new Journal(await open(path, 'a'), lines);
  }

  /** Lines that are appended while one flush runs share the next one. Their order is that of the calls. */
  append(line: Line): Promise<void> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ text: `${JSON.stringify(line)}\n`, resolve, reject });
      this.flushing ??= this.flush().finally(() => (this.flushing = undefined));
    });
  }

  async close(): Promise<void> {
    await this.flushing;
    await this.file.close();
  }

  private async flush(): Promise<void> {
    while (this.waiting.length > 0) {
      const batch = this.waiting.splice(0);
      try {
        await this.file.appendFile(batch.map(({ text }) => text).join(''));
        await this.file.datasync();
        for (const { resolve } of batch) resolve();
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
  }
}
