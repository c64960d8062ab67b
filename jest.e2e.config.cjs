// The suites against running services, in one run. They need the builds of all apps: nx e2e <app>-e2e and npm test see to it.
module.exports = { projects: require('./jest.config.cjs').e2e, testSequencer: '<rootDir>/jest.longest-first.cjs' };
