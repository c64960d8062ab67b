const { basename } = require('node:path');
const { default: Sequencer } = require('@jest/test-sequencer');

/** The suites that take a minute or nearly, longest first. Two run at a time: one that began last would run alone. */
const longest = ['faults', 'crash', 'broker-away', 'agreement', 'observer', 'bad-messages', 'orchestrator-away', 'operations', 'rolling'];
const rankOf = ({ path }) => {
  const place = longest.indexOf(basename(path, '.e2e.spec.ts'));
  return place < 0 ? longest.length : place;
};

/** The long ones first, the others in jest's order: as long as they took, where it knows, and else as large as they are. */
module.exports = class extends Sequencer {
  sort(tests) {
    return [...super.sort(tests)].sort((a, b) => rankOf(a) - rankOf(b));
  }
};
