import { operationsPath } from '../operations/address';
import { places } from '../places';
import { filtersTyped, addressOf } from '../words/filters';
import type { SagaRow } from '../api/types';
import { sagaPath, shortId } from '../words/names';

/** One line of the palette. */
export interface Command {
  readonly text: string;
  readonly about: string;
  readonly path: string;
}

/** Pages, lists that are often asked for, and the sagas that were found: what fits the text, best first. */
export function commandsFor(text: string, sagas: readonly SagaRow[]): Command[] {
  const wanted = text.trim().toLowerCase();
  const fixed = [...places.map(({ path, name, about }) => ({ text: name, about, path })), ...lists].filter(({ text: name, about }) =>
    `${name} ${about}`.toLowerCase().includes(wanted),
  );
  const found = sagas.map(({ process, id, state, text: words, style }) => ({
    text: `${shortId(id)} · ${process} · ${style} · ${state}`,
    about: words,
    path: sagaPath(process, id),
  }));
  const search = wanted === '' ? [] : [{ text: `Search sagas: ${text.trim()}`, about: '', path: `/sagas${addressOf(filtersTyped(text))}` }];
  return [...found, ...fixed, ...search];
}

const lists: readonly Command[] = [
  { text: 'Stalled sagas', about: 'what they wait for is overdue', path: '/sagas?state=stalled' },
  { text: 'Open sagas', about: 'running or compensating', path: '/sagas?state=open' },
  { text: 'Compensating sagas', about: 'being turned back: cancel, undo', path: '/sagas?state=compensating' },
  { text: 'Sagas with an undo that failed', about: 'retry, settle by hand', path: '/sagas?state=undo-failed' },
  { text: 'Sagas with a loop', about: 'messages that cause one another in a circle', path: '/sagas?state=loop' },
  { text: 'Redrive, settle or drop parked messages', about: 'operations', path: '/parked' },
  { text: 'Resume what is paused', about: 'operations', path: operationsPath({ kind: 'paused' }) },
  { text: 'Retry what is stalled', about: 'operations', path: operationsPath({ kind: 'stalled' }) },
  { text: 'Say what was done by hand', about: 'operations on sagas with a failed undo', path: operationsPath({ kind: 'undo-failed' }) },
  { text: 'What was done and is not undone', about: 'the residue, over all services', path: operationsPath({ show: 'residue' }) },
  { text: 'What people did', about: 'the journal: who, what, when, why', path: operationsPath({ show: 'journal' }) },
  { text: 'Cancel, pause, resume or retry an open saga', about: 'operations: choose it first', path: '/sagas?state=open' },
];
