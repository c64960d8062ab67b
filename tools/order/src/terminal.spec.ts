import { canvasOn } from './terminal.mjs';
import { paintWith } from './words.mjs';

describe('the words below the drawing', () => {
  let written: string;
  let at: number;
  beforeEach(() => ([written, at] = ['', 0]));
  const canvas = (columns?: number) =>
    canvasOn({
      write: (text) => void (written += text),
      say: (text) => void (written += `${text}!\n`),
      columns: columns === undefined ? undefined : () => columns,
      paint: paintWith(false),
      now: () => at,
    });

  it('are replaced in their place on a terminal, and stay below the lines', () => {
    const { state, line } = canvas(80);
    state('waiting for payment');
    state('waiting for payment');
    line('one');
    state('waiting for shipping');
    state(undefined);
    expect(written).toBe('waiting for payment\r\u001b[Kone\nwaiting for payment\r\u001b[Kwaiting for shipping\r\u001b[K');
  });

  it('never wrap: what wraps could not be erased', () => {
    canvas(10).state('waiting for payment');
    expect(written).toBe('waiting …');
  });

  it('are a line in a pipe, once, where they last', () => {
    const { state, line } = canvas();
    state('waiting for payment');
    at = 1_000;
    state('waiting for shipping');
    line('one');
    at = 3_000;
    state('waiting for shipping');
    at = 9_000;
    state('waiting for shipping');
    state(undefined);
    expect(written).toBe('one\n… waiting for shipping\n');
  });

  it('make room for what is said', () => {
    const { state, say } = canvas(80);
    state('waiting');
    say('it is away');
    expect(written).toBe('waiting\r\u001b[Kit is away!\n');
  });
});
