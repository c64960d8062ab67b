module.exports = { preset: '../../jest.preset.js', displayName: 'analytics-e2e' };
