module.exports = { preset: '../../jest.preset.js', displayName: 'payment-e2e' };
