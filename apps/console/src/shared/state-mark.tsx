/** How a state looks: a sign and a tone beside its word, never a colour alone. */
const looks: Readonly<Record<string, { readonly sign: string; readonly tone: 'good' | 'bad' | 'undo' | 'quiet' | 'plain' }>> = {
  running: { sign: '▸', tone: 'plain' },
  compensating: { sign: '↶', tone: 'undo' },
  completed: { sign: '✓', tone: 'good' },
  compensated: { sign: '↩', tone: 'undo' },
  paused: { sign: '❙❙', tone: 'undo' },
  unknown: { sign: '?', tone: 'bad' },
  stalled: { sign: '‖', tone: 'bad' },
  parked: { sign: '⚲', tone: 'bad' },
  loop: { sign: '⟳', tone: 'bad' },
  'undo-incomplete': { sign: '!', tone: 'bad' },
  'undo-failed': { sign: '!', tone: 'bad' },
  open: { sign: '·', tone: 'quiet' },
  waiting: { sign: '◌', tone: 'plain' },
  done: { sign: '✓', tone: 'good' },
  refused: { sign: '✕', tone: 'bad' },
  void: { sign: '∅', tone: 'quiet' },
  undoing: { sign: '↶', tone: 'undo' },
  undone: { sign: '↩', tone: 'undo' },
  placed: { sign: '▸', tone: 'plain' },
  confirmed: { sign: '✓', tone: 'good' },
  rejected: { sign: '✕', tone: 'bad' },
  cancelled: { sign: '↩', tone: 'undo' },
};

/** A state, in a word and with its sign. One that is not known here is told all the same. */
export function StateMark({ state }: { readonly state: string }) {
  const { sign, tone } = looks[state] ?? { sign: '·', tone: 'plain' };
  return (
    <span className={`state state-${tone}`}>
      <span aria-hidden="true">{sign}</span>
      {state.replace('-', ' ')}
    </span>
  );
}
