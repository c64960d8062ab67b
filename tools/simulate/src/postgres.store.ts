import { Duplex } from 'node:stream';
import { PGlite } from '@electric-sql/pglite';
import { type Clock, Process, runningProcess } from './clock';
import { inTransaction, type Request, Requests } from './frames';

/** What becomes of a request to the database. */
export type Passage = 'done' | 'lost-before' | 'lost-after' | 'deadlock';

/** What surrounds a database: how long it takes, what goes wrong, who wants to know. */
export interface Surroundings {
  /** How long a connection's requests take, in milliseconds. */
  latency(): number;
  /** Another statement than the one that is prepared. */
  readonly instead?: ((sql: string) => string) | undefined;
  passage(process: Process, says: string): Passage;
  done(process: Process, says: string, request: Uint8Array, answer: Uint8Array): void;
}

const settings = ['shared_buffers=4MB', 'autovacuum=off', 'synchronous_commit=off'];

/** What PostgreSQL says when it has chosen a transaction to end a deadlock. */
const deadlock = Buffer.from(`do $$ begin raise exception 'deadlock detected' using errcode = '40P01'; end $$`);

/**
 * A service's database: PostgreSQL in this very process (PGlite), behind PostgreSQL's own wire protocol, so that production's pools, drivers and statements run as they are.
 * PGlite has one session, which the connections share: who has begun a transaction has it until that ends. So transactions come one after the other; they
 * interleave between statements of different services only. Its clock is the simulated one: PGlite asks JavaScript for the time.
 */
export class Postgres {
  /** Its host: no service's process, with a clock of its own. */
  readonly host: Process;
  /** The migrations of its service have been carried out. */
  hasTables = false;
  private readonly connections = new Set<Connection>();
  private readonly waiting: Connection[] = [];
  private owner: Connection | undefined;
  private busy = false;
  private clock: Clock | undefined;
  private surroundings: Surroundings | undefined;
  private count = 0;

  private constructor(
    readonly service: string,
    private readonly session: PGlite,
  ) {
    this.host = new Process(`${service}-database`);
  }

  /** One for each service; takes some seconds, as initdb does. */
  static async createAll(services: readonly string[]): Promise<Map<string, Postgres>> {
    const first = await PGlite.create({ postgresqlconf: settings });
    const loadDataDir = await first.dumpDataDir('none');
    const all = new Map<string, Postgres>();
    for (const [place, service] of services.entries())
      all.set(service, new Postgres(service, place === 0 ? first : await PGlite.create({ loadDataDir })));
    return all;
  }

  /** Forgets all rows, plans and connections; the tables stay. */
  reset(clock: Clock, surroundings: Surroundings): void {
    this.clock = clock;
    this.surroundings = surroundings;
    this.connections.clear();
    this.waiting.length = 0;
    this.owner = undefined;
    this.busy = false;
    this.count = 0;
    this.host.skewMs = 0;
  }

  /** A connection for the process that asks: what pg takes for a socket. */
  connect(): Duplex {
    const process = runningProcess() ?? this.host;
    const connection = new Connection(process, new Requests(`${++this.count}.`, this.surroundings?.instead), (connection) =>
      this.arrived(connection),
    );
    this.connections.add(connection);
    void process.death.then(() => this.forget(connection));
    return connection;
  }

  /** For the auditor: outside all connections. */
  async rows<R>(sql: string): Promise<R[]> {
    return (await this.session.query<R>(sql)).rows;
  }

  /** Runs several statements, for the set-up. */
  async exec(sql: string): Promise<void> {
    await this.session.exec(sql);
  }

  async close(): Promise<void> {
    await this.session.close();
  }

  private arrived(connection: Connection): void {
    if (connection.destroyed) return this.forget(connection);
    // The last words of a dead process.
    if (!this.connections.has(connection) || connection.requests.length === 0) return;
    if (connection !== this.owner && !this.waiting.includes(connection)) this.waiting.push(connection);
    this.next();
  }

  private next(): void {
    if (this.busy) return;
    const connection = this.owner ?? this.waiting.shift();
    if (!connection || connection.requests.length === 0) return;
    this.owner = connection;
    this.busy = true;
    this.host.run(() => this.clock?.set(this.surroundings?.latency() ?? 0, () => this.serve(connection)));
  }

  private serve(connection: Connection): void {
    this.busy = false;
    if (this.owner !== connection) return this.next();
    const { process } = connection;
    const answers: Buffer[] = [];
    for (let request = connection.requests.shift(); request; request = connection.requests.shift()) {
      const passage = this.surroundings?.passage(process, request.says) ?? 'done';
      if (!process.alive || passage === 'lost-before') return this.break(connection);
      // Outside a transaction nobody holds a lock for long enough; a `begin` that fails alone would leave the rest to be carried out one by one.
      const isChosen = passage === 'deadlock' && connection.transaction;
      const answer = this.run(isChosen ? { ...request, bytes: queryOf(deadlock) } : request, connection);
      connection.transaction = inTransaction(answer);
      if (!process.alive || passage === 'lost-after') return this.break(connection);
      answers.push(answer);
    }
    connection.hear(Buffer.concat(answers));
    if (!connection.transaction) this.owner = undefined;
    this.next();
  }

  private run({ bytes, says }: Request, { process }: Connection): Buffer {
    const answer = this.session.execProtocolRawSync(bytes);
    this.surroundings?.done(process, says, bytes, answer);
    return Buffer.from(answer);
  }

  private break(connection: Connection): void {
    this.forget(connection);
    if (connection.process.alive) connection.lose();
  }

  /** The connection is gone; its transaction is undone. */
  private forget(connection: Connection): void {
    if (!this.connections.delete(connection)) return;
    const place = this.waiting.indexOf(connection);
    if (place >= 0) this.waiting.splice(place, 1);
    if (this.owner !== connection) return;
    if (connection.transaction) this.host.run(() => this.session.execProtocolRawSync(queryOf(Buffer.from('rollback'))));
    this.owner = undefined;
    this.next();
  }
}

function queryOf(text: Buffer): Buffer {
  const frame = Buffer.alloc(text.length + 6);
  frame.write('Q');
  frame.writeUInt32BE(text.length + 5, 1);
  text.copy(frame, 5);
  return frame;
}

class Connection extends Duplex {
  readonly requests: Request[] = [];
  transaction = false;

  constructor(
    readonly process: Process,
    private readonly frames: Requests,
    private readonly arrived: (connection: Connection) => void,
  ) {
    super({ emitClose: true });
  }

  connect(): this {
    process.nextTick(() => this.emit('connect'));
    return this;
  }
  setNoDelay = (): this => this;
  setKeepAlive = (): this => this;
  ref = (): this => this;
  unref = (): this => this;

  /** The server answers. */
  hear(bytes: Buffer): void {
    this.process.run(() => this.push(bytes));
  }

  /** The connection breaks. */
  lose(): void {
    this.process.run(() => this.destroy(Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' })));
  }

  override _read(): void {}

  override _write(chunk: Buffer, _: BufferEncoding, done: () => void): void {
    const { requests, ended } = this.frames.take(chunk);
    this.requests.push(...requests);
    done();
    if (ended) this.destroy();
    this.arrived(this);
  }
}
