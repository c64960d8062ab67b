// @ts-check
import { connect } from 'node:net';

/**
 * Asks a broker who it is, with one Metadata request of Kafka's own protocol: an open port alone may be anybody's, or a broker that is not ready yet.
 * @param {string} host
 * @param {number} port
 * @param {number} [within] milliseconds
 * @returns {Promise<{ clusterId: string, brokers: number } | undefined>} undefined when no Kafka broker answers
 */
export function probeKafka(host, port, within = 2000) {
  // Version 2 is the first that tells the cluster's id. No topics are asked for.
  return ask({ host, port, within }, { api: 3, version: 2, body: int32(0) }, (answer) => {
    const brokers = answer.int32();
    for (let index = 0; index < brokers; index++) {
      answer.int32(); // node
      answer.text(); // host
      answer.int32(); // port
      answer.text(); // rack
    }
    return { clusterId: answer.text(), brokers };
  });
}

/**
 * Whether a broker that is all the cluster leads its consumer groups already. After its start it first makes or reads the topic in which groups keep their offsets, and whoever wants to
 * join one meanwhile is sent away ("The coordinator is loading").
 * @param {string} host
 * @param {number} port
 * @param {number} [within] milliseconds
 * @returns {Promise<boolean>} false, too, when no Kafka broker answers
 */
export async function leadsGroups(host, port, within = 2000) {
  const place = { host, port, within };
  // Asking for a coordinator is what makes the topic.
  const found = await ask(place, { api: 10, version: 0, body: text(groups[0] ?? '') }, (answer) => answer.int16() === 0);
  if (!found) return false;
  const body = Buffer.concat([int32(groups.length), ...groups.map(text)]);
  const loaded = await ask(place, { api: 15, version: 0, body }, (answer) => {
    const count = answer.int32();
    for (let index = 0; index < count; index++) {
      if (answer.int16() !== 0) return false;
      for (let field = 0; field < 4; field++) answer.text(); // group, state, type, protocol
      if (answer.int32() !== 0) return false; // members: nobody has groups of these names
    }
    return count === groups.length;
  });
  return loaded ?? false;
}

/** Names whose hashes follow each other, since only their last character differs: any number of partitions up to 26 has one of these groups in each. */
const groups = [...'abcdefghijklmnopqrstuvwxyz'].map((letter) => `duet-probe-${letter}`);

const correlation = 0x64756574;

/**
 * One request, one answer.
 * @template T
 * @param {{ host: string, port: number, within: number }} place
 * @param {{ api: number, version: number, body: Buffer }} request
 * @param {(answer: Answer) => T} read
 * @returns {Promise<T | undefined>} undefined when nobody answers, or not as Kafka does
 */
function ask({ host, port, within }, { api, version, body }, read) {
  const header = Buffer.concat([int16(api), int16(version), int32(correlation), text('duet-probe')]);
  const request = Buffer.concat([int32(header.length + body.length), header, body]);
  return new Promise((done) => {
    const socket = connect({ host, port });
    let received = Buffer.alloc(0);
    /** @param {T | undefined} answer */
    const end = (answer) => (socket.destroy(), done(answer));
    const deadline = setTimeout(() => end(undefined), within);
    socket.on('close', () => clearTimeout(deadline));
    socket.on('error', () => end(undefined));
    socket.on('end', () => end(undefined));
    socket.on('connect', () => socket.write(request));
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      const size = received.length < 4 ? Infinity : received.readInt32BE(0);
      // Whatever answers here may not be Kafka at all; an answer about one cluster's brokers is small.
      if (size !== Infinity && (size < 6 || size > 1_000_000)) return end(undefined);
      if (received.length >= 4 + size) end(readAnswer(received.subarray(4, 4 + size), read));
    });
  });
}

/** @template T @param {Buffer} body after the size @param {(answer: Answer) => T} read @returns {T | undefined} */
function readAnswer(body, read) {
  try {
    const answer = new Answer(body);
    return answer.int32() === correlation ? read(answer) : undefined;
  } catch {
    return undefined;
  }
}

/** The bytes of an answer, read from the first to the last. Reading beyond the end throws. */
class Answer {
  /** @param {Buffer} bytes */
  constructor(bytes) {
    this.bytes = bytes;
    this.at = 0;
  }
  int16() {
    return this.bytes.readInt16BE((this.at += 2) - 2);
  }
  int32() {
    return this.bytes.readInt32BE((this.at += 4) - 4);
  }
  /** Empty for none. */
  text() {
    const length = Math.max(this.int16(), 0);
    return this.bytes.toString('utf8', this.at, (this.at += length));
  }
}

/** @param {number} value */
function int16(value) {
  const bytes = Buffer.alloc(2);
  bytes.writeInt16BE(value);
  return bytes;
}
/** @param {number} value */
function int32(value) {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}
/** @param {string} value */
function text(value) {
  return Buffer.concat([int16(Buffer.byteLength(value)), Buffer.from(value)]);
}
