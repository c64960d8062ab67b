// @ts-check
import { connect } from 'node:net';

/**
 * Asks a broker who it is, with one Metadata request (version 2) of Kafka's own protocol: an open port alone may be
 * anybody's, or a broker that is not ready yet.
 * @param {string} host
 * @param {number} port
 * @param {number} [within] milliseconds
 * @returns {Promise<{ clusterId: string, brokers: number } | undefined>} undefined when no Kafka broker answers
 */
export function probeKafka(host, port, within = 2000) {
  return new Promise((done) => {
    const socket = connect({ host, port });
    let received = Buffer.alloc(0);
    /** @param {{ clusterId: string, brokers: number } | undefined} answer */
    const end = (answer) => (socket.destroy(), done(answer));
    const deadline = setTimeout(() => end(undefined), within);
    socket.on('close', () => clearTimeout(deadline));
    socket.on('error', () => end(undefined));
    socket.on('end', () => end(undefined));
    socket.on('connect', () => socket.write(metadataRequest));
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      const size = received.length < 4 ? Infinity : received.readInt32BE(0);
      // Whatever answers here may not be Kafka at all; an answer about one cluster's brokers is small.
      if (size !== Infinity && (size < 12 || size > 1_000_000)) return end(undefined);
      if (received.length >= 4 + size) end(readMetadata(received.subarray(4)));
    });
  });
}

const correlation = 0x64756574;

const metadataRequest = (() => {
  const client = Buffer.from('duet-probe');
  const request = Buffer.alloc(4 + 2 + 2 + 4 + 2 + client.length + 4);
  let at = request.writeInt32BE(request.length - 4, 0);
  at = request.writeInt16BE(3, at); // Metadata
  at = request.writeInt16BE(2, at); // the first version that tells the cluster's id
  at = request.writeInt32BE(correlation, at);
  at = request.writeInt16BE(client.length, at);
  at += client.copy(request, at);
  request.writeInt32BE(0, at); // no topics
  return request;
})();

/**
 * @param {Buffer} body after the size
 * @returns {{ clusterId: string, brokers: number } | undefined}
 */
function readMetadata(body) {
  try {
    if (body.readInt32BE(0) !== correlation) return undefined;
    let at = 4;
    const text = () => {
      const length = body.readInt16BE(at);
      at += 2 + Math.max(length, 0);
      return length < 0 ? '' : body.toString('utf8', at - length, at);
    };
    const brokers = body.readInt32BE(at);
    at += 4;
    for (let index = 0; index < brokers; index++) {
      at += 4; // node
      text(); // host
      at += 4; // port
      text(); // rack
    }
    return { clusterId: text(), brokers };
  } catch {
    return undefined;
  }
}
