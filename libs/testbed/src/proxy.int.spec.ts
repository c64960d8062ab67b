import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { TcpProxy } from './proxy';
import { until } from './until';

describe('a line to somebody who repeats what he hears', () => {
  let server: Server;
  let line: TcpProxy;
  const heard: string[] = [];
  const sockets: Socket[] = [];
  beforeAll(async () => {
    server = createServer((socket) => {
      sockets.push(socket.on('data', (chunk) => heard.push(chunk.toString())));
      socket.on('error', () => undefined).pipe(socket);
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  });
  beforeEach(async () => {
    heard.length = 0;
    line = await TcpProxy.to(`tcp://127.0.0.1:${(server.address() as AddressInfo).port}`);
  });
  afterEach(() => line.cut());
  afterAll(() => new Promise((closed) => server.close(closed)));

  async function caller(): Promise<{ socket: Socket; answers: string[] }> {
    const answers: string[] = [];
    const socket = connect(Number(new URL(line.url).port), '127.0.0.1');
    socket.on('data', (chunk) => answers.push(chunk.toString())).on('error', () => undefined);
    await once(socket, 'connect');
    return { socket, answers };
  }
  const hears = (answers: string[], text: string) => until(() => answers.join('') === text, { what: `the answer is ${text}` });

  it('passes everything on', async () => {
    const { socket, answers } = await caller();
    socket.write('a');
    await hears(answers, 'a');
    expect(line.connections).toBe(1);
  });

  it('that is slow passes everything on late, by its latency and by its width, there and back', async () => {
    const { socket, answers } = await caller();
    line.slow({ latencyMs: 100, bytesPerSecond: 10 });
    const began = performance.now();
    socket.write('a');
    await hears(answers, 'a');
    expect(performance.now() - began).toBeGreaterThan(390);
    await line.mend();
    // More than would come through in time if it were still slow.
    const much = 'b'.repeat(500);
    socket.write(much);
    await hears(answers, `a${much}`);
  });

  it('that is half-closed loses what is sent, passes on what comes back, and breaks no connection', async () => {
    const { socket, answers } = await caller();
    socket.write('a');
    await hears(answers, 'a');
    line.halfClose();
    socket.write('lost');
    sockets.at(-1)?.write('b');
    await hears(answers, 'ab');
    expect(heard).toEqual(['a']);
    expect(line.connections).toBe(1);
  });

  it('that was cut refuses connections until it is mended', async () => {
    const { socket } = await caller();
    const closed = once(socket, 'close');
    await line.cut();
    await closed;
    await expect(caller()).rejects.toThrow('ECONNREFUSED');
    await line.mend();
    await caller();
  });
});
