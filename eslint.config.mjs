import js from '@eslint/js';
import { createTypeScriptImportResolver } from 'eslint-import-resolver-typescript';
import importX from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';
import { boundaries, depConstraints } from './tools/lint/boundaries.mjs';
import { imports, sqlText } from './tools/lint/rooms.mjs';

const ts = ['**/*.ts'];

/** no-restricted-imports is one rule per file, so the table is folded by which of its rows apply to a file. */
const exceptions = [...new Set(imports.flatMap((rule) => rule.except))];
const restricted = (rules) => ({
  'no-restricted-imports': ['error', { patterns: rules.map(({ what, because }) => ({ ...what, message: because })) }],
});

export default tseslint.config(
  { ignores: ['**/dist/**', '**/node_modules/**', '**/.nx/**', '**/.duet/**', '**/coverage/**'] },
  js.configs.recommended,
  {
    files: ['**/*.js', '**/*.cjs', '**/*.mjs'],
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
    files: ts,
    extends: [...tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { project: ['tsconfig.json'], tsconfigRootDir: import.meta.dirname } },
    plugins: { duet: { rules: { boundaries } }, 'import-x': importX },
    settings: { 'import-x/resolver-next': [createTypeScriptImportResolver({ project: 'tsconfig.json' })] },
    rules: {
      'duet/boundaries': ['error', { allow: ['@duet/*/declaration'], depConstraints }],
      'import-x/no-cycle': 'error',
      eqeqeq: 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports', disallowTypeAnnotations: false }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_', caughtErrors: 'none' }],
      // A handler returns a promise whether or not it has anything to wait for.
      '@typescript-eslint/require-await': 'off',
      'no-restricted-syntax': [
        'error',
        ...['Literal[value=%]', 'TemplateElement[value.raw=%]'].map((selector) => ({
          selector: selector.replace('%', sqlText.pattern),
          message: sqlText.because,
        })),
      ],
      ...restricted(imports),
    },
  },
  // Nest reads the types of constructor parameters when it runs: an import for one of them is not a type import.
  {
    files: ['apps/*/src/**/*.ts', 'libs/participant/**/*.ts', 'libs/platform/**/*.ts'],
    rules: { '@typescript-eslint/consistent-type-imports': 'off' },
  },
  { files: sqlText.except, rules: { 'no-restricted-syntax': 'off' } },
  ...exceptions.map((files) => ({
    files: [files],
    ignores: ['**/*.mjs', '**/*.cjs', '**/*.js', '**/*.json'],
    rules: restricted(imports.filter((rule) => !rule.except.includes(files))),
  })),
);
