module.exports = { preset: '../../jest.preset.js', displayName: 'orchestrator-e2e' };
