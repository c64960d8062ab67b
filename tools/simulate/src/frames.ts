/** PostgreSQL's wire protocol, as far as one must look into it to share one session among many connections. */

/** What a client sends up to a point where the server answers and is ready again. */
export interface Request {
  readonly bytes: Buffer;
  /** For people: the names of its statements, or their first words. */
  readonly says: string;
}

const [sync, query, parse, bind, describe, close, terminate] = [...'SQPBDCX'].map((letter) => letter.charCodeAt(0));

/** Cuts a connection's bytes into requests. Names of statements are those of the connection, so they get its own prefix: the session is shared. */
export class Requests {
  private rest = Buffer.alloc(0);
  private started = false;
  private frames: Buffer[] = [];
  private says: string[] = [];

  constructor(
    private readonly prefix: string,
    /** Puts another statement in the place of one that is prepared. */
    private readonly instead: (sql: string) => string = (sql) => sql,
  ) {}

  /** The requests that are complete with these bytes; `ended`: the client has said farewell. */
  take(bytes: Buffer): { requests: Request[]; ended: boolean } {
    this.rest = Buffer.concat([this.rest, bytes]);
    const requests: Request[] = [];
    for (;;) {
      // The first frame has no type.
      const head = this.started ? 1 : 0;
      if (this.rest.length < head + 4) return { requests, ended: false };
      const length = head + this.rest.readUInt32BE(head);
      if (this.rest.length < length) return { requests, ended: false };
      const frame = this.rest.subarray(0, length);
      this.rest = this.rest.subarray(length);
      const type = this.started ? frame[0] : undefined;
      this.started = true;
      if (type === terminate) return { requests, ended: true };
      this.add(type, frame);
      if (type === undefined || type === sync || type === query) {
        requests.push({ bytes: Buffer.concat(this.frames), says: this.says.join('; ') });
        this.frames = [];
        this.says = [];
      }
    }
  }

  private add(type: number | undefined, frame: Buffer): void {
    if (type === undefined) this.says.push('connect');
    if (type === query) this.says.push(wordsOf(textAt(frame, 5)));
    if (type === parse) {
      const name = textAt(frame, 5);
      const sql = textAt(frame, 5 + Buffer.byteLength(name) + 1);
      if (name === '') this.says.push(wordsOf(sql));
      frame = this.renamed(this.replaced(frame, name, sql), 5);
    }
    if (type === bind) {
      const at = 5 + Buffer.byteLength(textAt(frame, 5)) + 1;
      const name = textAt(frame, at);
      if (name !== '') this.says.push(name);
      frame = this.renamed(frame, at);
    }
    if ((type === describe || type === close) && frame[5] === sync) frame = this.renamed(frame, 6);
    this.frames.push(frame);
  }

  private replaced(frame: Buffer, name: string, sql: string): Buffer {
    const other = this.instead(sql);
    if (other === sql) return frame;
    const at = 5 + Buffer.byteLength(name) + 1;
    const replaced = Buffer.concat([frame.subarray(0, at), Buffer.from(other), frame.subarray(at + Buffer.byteLength(sql))]);
    replaced.writeUInt32BE(replaced.length - 1, 1);
    return replaced;
  }

  /** The frame with the prefix before a name that is not empty. */
  private renamed(frame: Buffer, at: number): Buffer {
    if (frame[at] === 0) return frame;
    const renamed = Buffer.concat([frame.subarray(0, at), Buffer.from(this.prefix), frame.subarray(at)]);
    renamed.writeUInt32BE(renamed.length - 1, 1);
    return renamed;
  }
}

const textAt = (frame: Buffer, at: number): string => frame.toString('utf8', at, frame.indexOf(0, at));
const wordsOf = (sql: string): string => sql.trim().split(/\s+/).slice(0, 3).join(' ');

/** Whether an answer leaves the session in a transaction: what ReadyForQuery says, the last frame of each answer. */
export const inTransaction = (answer: Uint8Array): boolean => answer.at(-1) !== 'I'.charCodeAt(0);
