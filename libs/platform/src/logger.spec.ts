import { JsonLogger, type LogFormat } from './logger';

const logged = (write: (logger: JsonLogger) => void, format: LogFormat = 'json') => {
  const lines: string[] = [];
  write(new JsonLogger({ service: 'till', level: 'debug', format, to: { write: (line) => void lines.push(line) } }));
  return lines;
};
const fields = (write: (logger: JsonLogger) => void) => JSON.parse(logged(write)[0]!) as Record<string, unknown>;

/** Jest's matchers are `any`; in an expected value they are nobody's type. */
const anyText: unknown = expect.any(String);

describe('the logger', () => {
  it('writes one JSON object a line: time, level, service, context, msg', () => {
    expect(fields((logger) => logger.log('hello %s', 'Till'))).toEqual({
      time: anyText,
      level: 'info',
      service: 'till',
      context: 'Till',
      msg: 'hello %s',
    });
    expect(Date.parse(fields((logger) => logger.log('x'))['time'] as string)).toBeGreaterThan(0);
  });

  it('logs the fields of an object, so that a saga can be searched for', () => {
    expect(fields((logger) => logger.warn({ msg: 'held', saga: 's-1', attempts: 2 }, 'Participant'))).toMatchObject({
      level: 'warn',
      context: 'Participant',
      msg: 'held',
      saga: 's-1',
      attempts: 2,
    });
  });

  it('does not lose what an error says', () => {
    expect(fields((logger) => logger.error(new TypeError('broken')))).toMatchObject({
      level: 'error',
      msg: 'broken',
      error: { name: 'TypeError', stack: expect.stringContaining('logger.spec') as unknown },
    });
    expect(fields((logger) => logger.error({ msg: 'failed', error: new Error('why') }))).toMatchObject({
      msg: 'failed',
      error: { message: 'why' },
    });
  });

  it("understands Nest's own calls: a stack and a context behind the message", () => {
    expect(fields((logger) => logger.error('failed', 'Error: failed\n    at here', 'Context'))).toMatchObject({
      msg: 'failed',
      context: 'Context',
      stack: 'Error: failed\n    at here',
    });
  });

  it('leaves out what is below its level', () => {
    expect(logged((logger) => logger.verbose('too much'))).toEqual([]);
  });

  it('writes short lines for people, with the stack of an error below', () => {
    const [line] = logged((logger) => logger.warn({ msg: 'held', saga: 's-1' }, 'Participant'), 'text');
    expect(line).toMatch(/^\d\d:\d\d:\d\d\.\d{3} WARN {2}Participant held saga=s-1\n$/);
    const [error] = logged((logger) => logger.error({ msg: 'failed', error: new Error('why') }), 'text');
    expect(error).toMatch(/ERROR failed why\nError: why\n\s+at /);
  });
});
