import { createServer, type Server } from 'node:net';
import { choosePort, freePort, isFree, knownPorts, loopback } from './ports.mjs';
import { listening, scratch } from './scratch.fixture';

const servers: Server[] = [];
const occupy = async (port: number, host = loopback): Promise<void> => {
  const server = createServer();
  servers.push(server);
  await new Promise<void>((done) => server.listen(port, host, done));
};
afterAll(() => servers.forEach((server) => server.close()));

it('a port is busy also when another program listens on every address', async () => {
  const port = await freePort();
  await expect(isFree(port)).resolves.toBe(true);
  await occupy(port, '0.0.0.0');
  await expect(isFree(port)).resolves.toBe(false);
});

it('a busy port of dev is refused with its number, how to find the other program, and how to choose another port', async () => {
  const port = await freePort();
  await occupy(port);
  const choosing = choosePort('dev', 'postgres', { folder: await scratch(), env: { DUET_POSTGRES_PORT: String(port) }, ...listening() });
  await expect(choosing).rejects.toMatchObject({
    code: 'port-busy',
    message: `Port ${port}, wanted for PostgreSQL, is used by another program: find it with "lsof -nP -iTCP:${port} -sTCP:LISTEN" and stop it, or choose another port with DUET_POSTGRES_PORT=<port>.`,
  });
});

it.each(['0', '70000', 'http', '1.5', ''])('a port of "%s" is refused', async (text) => {
  const choosing = choosePort('dev', 'kafka', { folder: await scratch(), env: { DUET_KAFKA_PORT: text }, ...listening() });
  await expect(choosing).rejects.toMatchObject({
    code: 'wrong-setting',
    message: `DUET_KAFKA_PORT must be a port number from 1 to 65535, not "${text}".`,
  });
});

it('another instance takes any free port, keeps it, and moves when it is taken', async () => {
  const { say, lines } = listening();
  const options = { folder: await scratch(), env: {}, say };
  const first = await choosePort('mine', 'kafka', options);
  await expect(choosePort('mine', 'kafka', options)).resolves.toBe(first);
  await occupy(first);
  const second = await choosePort('mine', 'kafka', options);
  expect(second).not.toBe(first);
  expect(lines).toEqual([`port ${first} is used by another program; Kafka of "mine" takes ${second}`]);
  await expect(choosePort('mine', 'kafka', options)).resolves.toBe(second);
});

it('the tests stay out of the way of dev', () => {
  const { dev, test } = knownPorts;
  expect(Object.values(dev).filter((port) => Object.values(test).includes(port))).toEqual([]);
});
