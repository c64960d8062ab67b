module.exports = { preset: '../../jest.preset.js', displayName: 'inventory-e2e' };
