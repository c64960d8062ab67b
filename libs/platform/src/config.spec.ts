import { env, InvalidConfig, platformFields, readConfig } from './config';

const fields = {
  name: env.string('NAME', { matching: /^[a-z]+$/, expected: 'small letters' }),
  size: env.int('SIZE', { min: 1, max: 10, default: 5 }),
  port: env.port('PORT', { default: 3000 }),
  wait: env.duration('WAIT', { default: 1_000 }),
  patience: env.duration('PATIENCE', { default: 60_000, from: '100ms', to: '30d' }),
  url: env.url('DATABASE_URL', { protocols: ['postgres', 'postgresql'] }),
  brokers: env.list('BROKERS', { matching: /^[\w.-]+:\d+$/, expected: 'host:port, divided by commas' }),
  loud: env.boolean('LOUD', { default: false }),
  colour: env.oneOf('COLOUR', ['red', 'green'], { default: 'red' }),
};
const right = { NAME: 'duet', DATABASE_URL: 'postgres://me:secret@db:5432/x', BROKERS: 'a:1, b:2' };
const faultsOf = (environment: Record<string, string>) => {
  try {
    readConfig(fields, { ...right, ...environment });
    return [];
  } catch (error) {
    expect(error).toBeInstanceOf(InvalidConfig);
    return (error as InvalidConfig).faults;
  }
};

describe('readConfig', () => {
  it('reads every kind of field, and takes defaults for what is missing', () => {
    expect(readConfig(fields, { ...right, WAIT: '5m', LOUD: 'true', COLOUR: 'green', SIZE: '10' })).toEqual({
      name: 'duet',
      size: 10,
      port: 3000,
      wait: 300_000,
      patience: 60_000,
      url: 'postgres://me:secret@db:5432/x',
      brokers: ['a:1', 'b:2'],
      loud: true,
      colour: 'green',
    });
  });

  it.each([
    ['NAME', '', 'NAME is missing: it must be small letters.'],
    ['NAME', 'Duet', "NAME must be small letters, but is 'Duet'."],
    ['SIZE', '11', "SIZE must be a whole number from 1 to 10, but is '11'."],
    ['SIZE', '1.5', "SIZE must be a whole number from 1 to 10, but is '1.5'."],
    ['PORT', '65536', "PORT must be a port from 0 to 65535, but is '65536'."],
    ['WAIT', '10', "WAIT must be a time with its unit, like 250ms, 10s, 5m, 1h or 7d, but is '10'."],
    ['PATIENCE', '0s', "PATIENCE must be a time from 100ms to 30d with its unit, like 250ms, 10s, 5m, 1h or 7d, but is '0s'."],
    ['PATIENCE', '31d', "PATIENCE must be a time from 100ms to 30d with its unit, like 250ms, 10s, 5m, 1h or 7d, but is '31d'."],
    [
      'DATABASE_URL',
      'mysql://me:secret@db/x',
      "DATABASE_URL must be a URL that begins with postgres:// or postgresql://, but is 'mysql://me:***@db/x'.",
    ],
    ['BROKERS', 'a:1,b', "BROKERS must be host:port, divided by commas, but is 'a:1,b'."],
    ['LOUD', 'yes', "LOUD must be true or false, but is 'yes'."],
    ['COLOUR', 'blue', "COLOUR must be one of red, green, but is 'blue'."],
  ])('%s=%s is one sentence that says what is wrong', (name, value, sentence) => {
    expect(faultsOf({ [name]: value })).toEqual([sentence]);
  });

  it('tells all faults at once', () => {
    expect(faultsOf({ PORT: 'x', WAIT: 'y', NAME: '' })).toHaveLength(3);
  });

  it('binds to loopback and logs JSON unless told otherwise', () => {
    expect(readConfig(platformFields(3002), {})).toEqual({ host: '127.0.0.1', port: 3002, logLevel: 'info', logFormat: 'json' });
  });
});
