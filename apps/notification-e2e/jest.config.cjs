module.exports = { preset: '../../jest.preset.js', displayName: 'notification-e2e' };
