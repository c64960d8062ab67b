import { connect, type Socket } from 'node:net';
import { int16, int32 } from './record-batch';

/** The broker did not take a batch. `code`: Kafka's number of the error, where it said one. */
export class NotTaken extends Error {
  override readonly name = 'NotTaken';
  constructor(
    text: string,
    readonly code?: number,
  ) {
    super(text);
  }
}

const withinMs = 15_000;
const produce = 0;
/** The first that takes every codec. */
const version = 7;

/** Sends batches to a broker as they are, by Kafka's own protocol: what a client library would refuse to send, or send otherwise. For one broker that leads all partitions. */
export class RawProducer {
  private received = Buffer.alloc(0);
  private waiting: { resolve: (answer: Buffer) => void; reject: (error: Error) => void } | undefined;
  private last: Promise<unknown> = Promise.resolve();

  private constructor(private readonly socket: Socket) {
    socket.on('data', (bytes: Buffer) => this.take(bytes));
    socket.on('error', (error) => this.waiting?.reject(error));
    socket.on('close', () => this.waiting?.reject(new NotTaken('the broker has hung up')));
  }

  /** @param broker `host:port` */
  static async to(broker: string): Promise<RawProducer> {
    const { hostname, port } = new URL(`kafka://${broker}`);
    const socket = connect({ host: hostname, port: Number(port), noDelay: true });
    await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject));
    return new RawProducer(socket);
  }

  /** Resolves with the offset of the batch's first message. @throws NotTaken */
  send(topic: string, partition: number, batch: Buffer): Promise<bigint> {
    const sent = this.last.then(() => this.sendNow(topic, partition, batch));
    this.last = sent.catch(() => undefined);
    return sent;
  }

  close(): void {
    this.socket.destroy();
  }

  private async sendNow(topic: string, partition: number, batch: Buffer): Promise<bigint> {
    const header = Buffer.concat([int16(produce), int16(version), int32(1), text('raw')]);
    const data = Buffer.concat([int32(1), text(topic), int32(1), int32(partition), int32(batch.length), batch]);
    const body = Buffer.concat([header, int16(-1), int16(-1), int32(withinMs), data]);
    const answer = await new Promise<Buffer>((resolve, reject) => {
      const timer = setTimeout(() => reject(new NotTaken(`no answer within ${withinMs} ms`)), withinMs);
      this.waiting = { resolve: (bytes) => (clearTimeout(timer), resolve(bytes)), reject: (error) => (clearTimeout(timer), reject(error)) };
      this.socket.write(Buffer.concat([int32(body.length), body]));
    });
    // The correlation id, one topic, its name, one partition and its number come first.
    const start = 4 + 4 + 2 + Buffer.byteLength(topic) + 4 + 4;
    const code = answer.readInt16BE(start);
    if (code !== 0) throw new NotTaken(`the broker does not take this batch for ${topic}: error ${code}`, code);
    return answer.readBigInt64BE(start + 2);
  }

  private take(bytes: Buffer): void {
    this.received = Buffer.concat([this.received, bytes]);
    if (this.received.length < 4 || this.received.length < 4 + this.received.readInt32BE(0)) return;
    const answer = this.received.subarray(4, 4 + this.received.readInt32BE(0));
    this.received = this.received.subarray(4 + answer.length);
    this.waiting?.resolve(answer);
  }
}

const text = (value: string): Buffer => Buffer.concat([int16(Buffer.byteLength(value)), Buffer.from(value)]);
