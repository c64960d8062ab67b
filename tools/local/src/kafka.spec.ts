import { access, mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { findJava } from './java.mjs';
import { installKafka, kafkaVersion } from './kafka.mjs';
import { leadsGroups, probeKafka } from './kafka-probe.mjs';
import { freePort, loopback } from './ports.mjs';
import { listening, programs, scratch } from './scratch.fixture';

const otherWays = 'or start Docker, or set KAFKA_BROKERS to a broker of yours.';

describe('Java', () => {
  const java = (version: string): string => `echo 'openjdk version "${version}" 2025-04-15' >&2`;

  it.each(['17.0.15', '21', '25-ea'])('%s is new enough', async (version) => {
    await expect(findJava({ PATH: await programs({ java: java(version) }) })).resolves.toBe('java');
  });

  it.each([
    ['1.8.0_402', 8],
    ['11.0.2', 11],
  ])('%s is too old', async (version, major) => {
    await expect(findJava({ PATH: await programs({ java: java(version) }) })).rejects.toMatchObject({
      code: 'java-too-old',
      message: `Kafka needs Java 17 or newer, and java is ${major}: install a newer JDK or point JAVA_HOME at one, ${otherWays}`,
    });
  });

  it('that is missing says what to install', async () => {
    await expect(findJava({ PATH: await scratch() })).rejects.toMatchObject({
      code: 'no-java',
      message: `Kafka needs Java 17 or newer, and none was found: install a JDK, ${otherWays}`,
    });
  });

  it('of JAVA_HOME comes first, and is named when it does not work', async () => {
    const home = await scratch();
    await expect(findJava({ JAVA_HOME: home, PATH: await programs({ java: java('17') }) })).rejects.toMatchObject({
      code: 'no-java',
      message: expect.stringContaining(`none was found at JAVA_HOME (${home})`) as string,
    });
  });
});

describe('fetching Kafka', () => {
  /** Does what Maven does: writes jars below the folder it runs in. */
  const mvn = '[ "$1" = -v ] || { mkdir -p lib; : > lib/kafka.jar; echo x >> ../calls; }';
  const folderOf = (root: string): string => join(root, '.duet', `kafka-${kafkaVersion}`);
  const shell = '/bin:/usr/bin';

  it('happens once, also when two want it at once', async () => {
    const root = await scratch();
    const options = { root, env: { PATH: `${await programs({ mvn })}:${shell}` }, ...listening() };
    await Promise.all([installKafka(options), installKafka(options)]);
    await installKafka({ ...options, env: { PATH: '' } });
    await expect(readFile(join(root, '.duet/calls'), 'utf8')).resolves.toBe('x\n');
    await access(join(folderOf(root), 'lib/kafka.jar'));
  });

  it('without Maven says what to install', async () => {
    await expect(installKafka({ root: await scratch(), env: { PATH: await scratch() }, ...listening() })).rejects.toMatchObject({
      code: 'no-maven',
      message: `Kafka is fetched with Maven, and no working mvn was found: install Maven 3.6 or newer, ${otherWays}`,
    });
  });

  it('that fails tells why and what to check, and is tried again next time', async () => {
    const root = await scratch();
    const { say } = listening();
    const broken = `${await programs({ mvn: '[ "$1" = -v ] || { echo "[ERROR] Could not transfer artifact kafka: Connection refused"; exit 1; }' })}:${shell}`;
    await expect(installKafka({ root, env: { PATH: broken }, say })).rejects.toMatchObject({
      code: 'download-failed',
      message: `Maven could not fetch Apache Kafka ${kafkaVersion} (Could not transfer artifact kafka: Connection refused): check the network and Maven's settings.xml, then run the same command again.`,
    });
    await installKafka({ root, env: { PATH: `${await programs({ mvn })}:${shell}` }, say });
  });

  it('that was interrupted is begun anew, and says so', async () => {
    const root = await scratch();
    await mkdir(join(folderOf(root), 'lib'), { recursive: true });
    await writeFile(join(folderOf(root), 'lib/half.jar'), '');
    const { say, lines } = listening();
    await installKafka({ root, env: { PATH: `${await programs({ mvn })}:${shell}` }, say });
    expect(lines[0]).toBe(`the download in ${folderOf(root)} was not complete; fetching it again`);
    await expect(access(join(folderOf(root), 'lib/half.jar'))).rejects.toThrow();
  });
});

describe('what answers on a port', () => {
  const servers: Server[] = [];
  const sockets: Socket[] = [];
  const server = async (answer: (socket: Socket) => void): Promise<number> => {
    const port = await freePort();
    const made = createServer((socket) => {
      sockets.push(socket);
      socket.on('error', () => undefined);
      answer(socket);
    });
    servers.push(made);
    await new Promise<void>((done) => made.listen(port, loopback, done));
    return port;
  };
  afterAll(() => {
    sockets.forEach((socket) => socket.destroy());
    servers.forEach((made) => made.close());
  });

  it.each<[string, (socket: Socket) => void]>([
    ['speaks HTTP', (socket) => socket.write('HTTP/1.1 400 Bad Request\r\n\r\n')],
    ['answers something else of a plausible size', (socket) => socket.write(Buffer.concat([Buffer.from([0, 0, 0, 16]), Buffer.alloc(16)]))],
    ['says less than it announced', (socket) => socket.write(Buffer.from([0, 0, 0, 60, 0x64]))],
    ['says nothing', () => undefined],
    ['hangs up', (socket) => socket.end()],
  ])('is no Kafka when it %s', async (_, answer) => {
    await expect(probeKafka(loopback, await server(answer), 200)).resolves.toBeUndefined();
  });

  it('is no Kafka when nobody listens', async () => {
    await expect(probeKafka(loopback, await freePort())).resolves.toBeUndefined();
  });

  describe('is a Kafka that leads its groups', () => {
    const int16 = (value: number): Buffer => Buffer.from([value >> 8, value & 255]);
    const int32 = (value: number): Buffer => Buffer.concat([int16(value >> 16), int16(value & 65_535)]);
    const groups = 26;
    const findCoordinator = 10;
    /** A broker that has found the coordinator, or that has a state for the last of the groups that it is asked for. */
    const broker = (found: number, last: number) => (socket: Socket) =>
      socket.on('data', (request) => {
        const api = (request as Buffer).readInt16BE(4);
        const described = (error: number): Buffer => Buffer.concat([int16(error), Buffer.alloc(8), int32(0)]);
        const all = Array.from({ length: groups }, (_, n) => described(n === groups - 1 ? last : 0));
        const body = api === findCoordinator ? Buffer.concat([int16(found), Buffer.alloc(10)]) : Buffer.concat([int32(groups), ...all]);
        socket.write(Buffer.concat([int32(4 + body.length), (request as Buffer).subarray(8, 12), body]));
      });

    it.each([
      { is: 'has read what all groups have kept', found: 0, last: 0, leads: true },
      { is: 'still reads it for one of them', found: 0, last: 14, leads: false },
      { is: 'makes the topic of it only now', found: 15, last: 0, leads: false },
    ])('when it $is: $leads', async ({ found, last, leads }) => {
      await expect(leadsGroups(loopback, await server(broker(found, last)), 500)).resolves.toBe(leads);
    });
  });
});
