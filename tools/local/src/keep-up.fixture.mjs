// @ts-check
import { instance, keepUp } from './infra.mjs';

/** Keeps an instance up until it is asked to end, as npm start does: a process of its own, since a test cannot load PostgreSQL's programs. */
const ending = new AbortController();
process.on('SIGTERM', () => ending.abort());
await keepUp(instance(process.argv[2] ?? ''), ending.signal, 20);
