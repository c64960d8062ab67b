import type { FlowView } from '../api/types';
import { flowFilterOf, flowPath, linesOf, lineText, passingsOf, passingText } from './flow';

type Edge = FlowView['edges'][number];
const edge = (from: string, type: string, to: string, more: Partial<Edge> = {}): Edge => ({
  ...{ from, to, type, kind: 'event', means: 'forward', declaredIn: ['choreography'], notedIn: [], latencyIn: {} },
  ...{ choreography: 0, orchestration: 0, hybrid: 0 },
  ...more,
});
const edges = [
  edge('desk', 'desk.Taken', 'store', { choreography: 12 }),
  edge('desk', 'desk.Lost', 'store', { declaredIn: [], choreography: 2, orchestration: 1 }),
  edge('desk', 'desk.Taken', 'mail', { notedIn: ['choreography'] }),
  edge('till', 'till.NotPaid', 'store'),
  edge('leader', 'till.Pay', 'till', { kind: 'command', declaredIn: ['orchestration', 'hybrid'], orchestration: 3, hybrid: 1 }),
];
const all = { style: undefined, service: undefined, noted: true, differing: false };

describe('The flow', () => {
  it('says of every message whether it goes as declared', () => {
    expect(passingsOf(edges, all).map(passingText)).toEqual([
      'Taken 12',
      'Lost 3, not declared',
      'Taken, only noted',
      'NotPaid, never acted on',
      'Pay 4',
    ]);
  });

  it('shows of one style what is declared or seen in it', () => {
    expect(passingsOf(edges, { ...all, style: 'orchestration' }).map(passingText)).toEqual(['Lost 1, not declared', 'Pay 3']);
  });

  it('is narrowed to a service, to what differs, and to what is acted on', () => {
    expect(passingsOf(edges, { ...all, service: 'till' }).map(({ type }) => type)).toEqual(['till.NotPaid', 'till.Pay']);
    expect(passingsOf(edges, { ...all, differing: true }).map(({ type }) => type)).toEqual(['desk.Lost', 'till.NotPaid']);
    expect(passingsOf(edges, { ...all, noted: false }).some(({ to }) => to === 'mail')).toBe(false);
  });

  it('draws one line from a service to another, and nobody overlooks on it what is not declared', () => {
    const [line, ...others] = linesOf(passingsOf(edges, all));
    expect(line).toMatchObject({ from: 'desk', to: 'store', verdict: 'not declared' });
    expect(lineText(line!)).toBe('desk to store, 2 kinds of messages: Taken 12; Lost 3, not declared');
    expect(others.map(({ verdict }) => verdict)).toEqual(['only noted', 'never acted on', 'as declared']);
  });

  it('has its filter in the address', () => {
    const path = '/flow?process=p&style=hybrid&service=till&noted=yes&differing=yes';
    expect(flowPath(flowFilterOf(new URLSearchParams(path.split('?')[1])))).toBe(path);
    expect(flowPath(flowFilterOf(new URLSearchParams('')))).toBe('/flow');
    expect(flowFilterOf(new URLSearchParams('style=all')).style).toBeUndefined();
  });
});
