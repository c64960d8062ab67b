const swc = (parser) => [
  '@swc/jest',
  {
    sourceMaps: 'inline',
    configFile: false,
    swcrc: false,
    jsc: {
      parser,
      target: 'es2022',
      keepClassNames: true,
      transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
    },
    module: { type: 'commonjs' },
  },
];
// ESM only: compiled to CommonJS for jest. Extend the list for each new ESM-only dependency.
const esmOnly = [
  '@nestjs',
  'file-type',
  'load-esm',
  'strtok3',
  'token-types',
  'uint8array-extras',
  '@tokenizer',
  '@borewit',
  // CommonJS, but with an import() inside, which jest runs only where it is compiled, too.
  '@opentelemetry',
  'kysely',
  'uuid',
];
module.exports = {
  testEnvironment: 'node',
  // Two workers and a broker on two cores: what takes a moment alone can take seconds there.
  testTimeout: 60_000,
  testMatch: ['<rootDir>/src/**/*.spec.ts'],
  moduleFileExtensions: ['ts', 'js', 'mjs', 'json'],
  transform: {
    '^.+\\.ts$': swc({ syntax: 'typescript', decorators: true }),
    '^.+\\.m?js$': swc({ syntax: 'ecmascript' }),
    '/@opentelemetry/.+\\.cjs$': swc({ syntax: 'ecmascript' }),
  },
  transformIgnorePatterns: [`/node_modules/(?!(${esmOnly.join('|')})/)`],
  moduleNameMapper: {
    // TypeScript names the file it will be (.js); jest runs the file it is (.ts).
    '^(\\.{1,2}/.*)\\.js$': '$1',
    '^@duet/([^/]+)/([^/]+)$': `${__dirname}/apps/$1/src/$1.$2.ts`,
    '^@duet/system$': `${__dirname}/tools/system/src/index.ts`,
    '^@duet/([^/]+)$': `${__dirname}/libs/$1/src/index.ts`,
  },
};
