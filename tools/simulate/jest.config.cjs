const preset = require('../../jest.preset.js');

// PGlite's CommonJS imports what it needs of Node dynamically, which jest's sandbox does not know: compiled, it requires it.
const [, compile] = Object.entries(preset.transform).find(([files]) => files.includes('m?js'));
module.exports = {
  ...preset,
  displayName: 'simulate',
  transform: { ...preset.transform, '^.+/pglite/dist/.+\\.cjs$': compile },
  transformIgnorePatterns: preset.transformIgnorePatterns.map((pattern) => pattern.replace('(?!(', '(?!(@electric-sql|')),
};
