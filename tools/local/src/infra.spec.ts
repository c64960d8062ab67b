import { instance, status, upOnly } from './infra.mjs';
import { listening, scratch } from './scratch.fixture';

it('a DATABASE_URL that is no address is told to be wrong, wherever it is met', async () => {
  const { say } = listening();
  const named = instance('dev', { root: await scratch(), env: { KAFKA_BROKERS: '127.0.0.1:1', DATABASE_URL: 'rubbish' }, say });
  expect((await status(named)).postgres).toEqual({ source: 'environment', running: false });
  await expect(upOnly(named, 'postgres')).rejects.toMatchObject({
    code: 'postgres-unreachable',
    message: expect.stringMatching(/^DATABASE_URL does not work \(.+\): start that server, correct the variable, or unset it\.$/) as string,
  });
});
