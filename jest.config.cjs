// Every project's specs in one run, except the e2e suites (jest.e2e.config.cjs). Each project can be run alone: nx test <project>.
const { existsSync, readdirSync } = require('node:fs');
const { join } = require('node:path');

const projects = ['libs', 'apps', 'tools']
  .flatMap((folder) => readdirSync(join(__dirname, folder)).map((name) => `<rootDir>/${folder}/${name}`))
  .filter((project) => existsSync(join(project.replace('<rootDir>', __dirname), 'jest.config.cjs')));
const isE2e = (project) => project.endsWith('-e2e');

module.exports = { projects: projects.filter((project) => !isE2e(project)) };
Object.defineProperty(module.exports, 'e2e', { value: projects.filter(isE2e), enumerable: false });
