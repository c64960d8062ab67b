module.exports = { preset: '../../jest.preset.js', displayName: 'shipping-e2e' };
