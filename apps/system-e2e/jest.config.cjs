module.exports = { preset: '../../jest.preset.js', displayName: 'system-e2e' };
