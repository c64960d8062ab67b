'use strict';
/** Loaded before a suite (`jest --setupFiles`): the services that it runs in its own process have the planted bug. */
const { Client } = require('pg');
require('./twins.cjs').planted(process.env['CRASH_TWIN']).database?.(Client.prototype);
