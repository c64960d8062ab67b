import { testInfra } from '@duet/testbed';
import { type AuditRequest, parseAudit } from './options.mjs';
import { placesOf } from './places.mjs';

const asked = (...args: string[]): AuditRequest => {
  const request = parseAudit(args, {});
  if (request === 'help') throw new Error('this asks for help');
  return request;
};

describe('where the books are', () => {
  it('is the server of the environment, where each service has a role and a database', async () => {
    const { adminUrl } = await testInfra();
    const { urls, outside } = await placesOf(asked('--name', 'nobody'), { DATABASE_URL: adminUrl, DUET_ORDER_DB_PASSWORD: 'secret' });
    expect(new URL(urls.order ?? '')).toMatchObject({
      username: 'order',
      password: 'secret',
      pathname: '/order',
      host: new URL(adminUrl).host,
    });
    expect(new URL(urls.orchestrator ?? '')).toMatchObject({ username: 'orchestrator', pathname: '/orchestrator' });
    expect(outside).toBeUndefined();
  });

  it('is the server that was named, whose user reads all of them; one that was named by itself is elsewhere', async () => {
    const request = asked(
      '--database-url',
      'postgres://auditor@db/',
      '--database',
      'payment=postgres://x@other/p',
      '--without=notification',
    );
    const { urls } = await placesOf({ ...request, outside: '/files' }, {});
    expect(urls).toEqual({
      order: 'postgres://auditor@db/order',
      inventory: 'postgres://auditor@db/inventory',
      payment: 'postgres://x@other/p',
      shipping: 'postgres://auditor@db/shipping',
      orchestrator: 'postgres://auditor@db/orchestrator',
    });
  });

  it('is nowhere where nothing runs: then it is said what to do', async () => {
    await expect(placesOf(asked('--name', 'nobody'), {})).rejects.toThrow(
      'PostgreSQL of "nobody" does not run: start it with npm start or npm run infra -- up --name nobody, or say where the databases are with --database-url.',
    );
  });

  it('leaves out the outside world’s files where that is wanted', async () => {
    const { outside } = await placesOf(asked('--database-url', 'postgres://auditor@db/', '--outside', 'none'), {});
    expect(outside).toBeUndefined();
  });
});
