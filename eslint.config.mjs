import js from '@eslint/js';
import { createTypeScriptImportResolver } from 'eslint-import-resolver-typescript';
import importX from 'eslint-plugin-import-x';
import hooks from 'eslint-plugin-react-hooks';
import { join } from 'node:path';
import tseslint from 'typescript-eslint';
import { boundaries, depConstraints } from './tools/lint/boundaries.mjs';
import { importRules, ruleOf } from './tools/lint/imports.mjs';
import { imports, sqlText } from './tools/lint/rooms.mjs';

const ts = ['**/*.ts', '**/*.tsx'];
const plain = ['**/*.js', '**/*.cjs', '**/*.mjs'];
/** Plain modules that are checked like the rest; tsconfig.json has them. */
const checked = ['tools/{local,audit,bench,docs,held,order,resend,screenshots,sight,client,compare,crash,simulate,faults,fuzz}/**/*.mjs'];
const tests = ['**/*.spec.ts', '**/*.fixture.ts', '**/fixture/**/*.ts', 'apps/*-e2e/**/*.ts'];

/** Each row of the table is a rule of its own, so a file that fits the exceptions of two rows has both. */
const rooms = [
  ...imports.map((row) => ({ files: [...ts, ...plain], ignores: row.except, rules: { [ruleOf(row)]: 'error' } })),
  {
    files: [...ts, ...plain],
    ignores: sqlText.except,
    rules: {
      'no-restricted-syntax': [
        'error',
        ...['Literal[value=%]', 'TemplateElement[value.raw=%]'].map((selector) => ({
          selector: selector.replace('%', sqlText.pattern),
          message: sqlText.because,
        })),
      ],
    },
  },
];

export default tseslint.config(
  { ignores: ['**/dist/**', '**/node_modules/**', '**/.nx/**', '**/.duet/**', '**/coverage/**'] },
  js.configs.recommended,
  { plugins: { duet: { rules: { boundaries, ...importRules(imports) } }, 'import-x': importX } },
  {
    files: plain,
    languageOptions: {
      globals: Object.fromEntries(
        [
          'require',
          'module',
          '__dirname',
          'process',
          'console',
          'setTimeout',
          'clearTimeout',
          'setInterval',
          'clearInterval',
          'setImmediate',
          'Buffer',
          'URL',
          'fetch',
          'AbortSignal',
          'AbortController',
          'performance',
          'structuredClone',
        ].map((name) => [name, 'readonly']),
      ),
    },
  },
  {
    files: [...ts, ...checked],
    languageOptions: {
      parser: tseslint.parser,
      parserOptions: { project: ['tsconfig.json'], tsconfigRootDir: import.meta.dirname },
    },
    plugins: { '@typescript-eslint': tseslint.plugin },
    settings: {
      'import-x/resolver-next': [createTypeScriptImportResolver({ project: join(import.meta.dirname, 'tsconfig.json') })],
      // Files that it may follow: without them it looks at JavaScript only, and finds no cycle ever.
      'import-x/extensions': ['.ts', '.tsx', '.mjs'],
      'import-x/parsers': { '@typescript-eslint/parser': ['.ts'] },
    },
    rules: {
      'import-x/no-cycle': 'error',
      eqeqeq: 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
    },
  },
  {
    files: ts,
    extends: [...tseslint.configs.recommendedTypeChecked],
    rules: {
      'duet/boundaries': ['error', { allow: ['^@duet/[^/]+/[^/]+$'], depConstraints }],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports', disallowTypeAnnotations: false }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_', caughtErrors: 'none' }],
      // A handler returns a promise whether or not it has anything to wait for.
      '@typescript-eslint/require-await': 'off',
    },
  },
  // What runs in a browser has the browser's types, and the rules of React.
  {
    files: ['apps/console/**/*.ts', 'apps/console/**/*.tsx'],
    languageOptions: { parserOptions: { project: ['apps/console/tsconfig.json'], tsconfigRootDir: import.meta.dirname } },
    plugins: { 'react-hooks': hooks },
    rules: { 'react-hooks/rules-of-hooks': 'error', 'react-hooks/exhaustive-deps': 'error' },
  },
  // Nest reads the types of constructor parameters when it runs: an import for one of them is not a type import.
  {
    files: ['apps/!(console)/src/**/*.ts', 'libs/participant/**/*.ts', 'libs/platform/**/*.ts'],
    rules: { '@typescript-eslint/consistent-type-imports': 'off' },
  },
  // Tests compare what came back as it came, JSON mostly; a wrong type there shows itself as a red test.
  {
    files: tests,
    rules: {
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/unbound-method': 'off',
    },
  },
  ...rooms,
);
