module.exports = { preset: '../../jest.preset.js', displayName: 'order-cli' };
