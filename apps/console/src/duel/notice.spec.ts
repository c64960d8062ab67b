import { framesOf } from './duel';
import { danced, led, logOf } from './duel.fixture';
import { comparisonOf, noticeOf } from './notice';

describe('What to notice', () => {
  it('in a dance: everybody acts on what it heard, and nobody told it to', () => {
    expect(danced.log.map((message) => noticeOf(danced, message))).toEqual([
      'desk says that it happened: Taken. It asks nobody for anything: store will act on it unasked.',
      'store did Pack (Packed) because it heard Taken; nobody told it to.',
      'till could not go on: NotPaid (there is no money). Nobody is in charge: store and desk must hear it and act unasked.',
      'store took Pack back (Unpacked) because it heard NotPaid; nobody told it to.',
      'desk did Refuse (Refused) because it heard NotPaid; nobody told it to.',
    ]);
  });

  it('where somebody leads: everything is asked for, and the leader knows what to undo', () => {
    expect(led.log.map((message) => noticeOf(led, message))).toEqual([
      'desk says that it happened: Taken. leader hears it, and leads from here.',
      'leader asks store for Pack because it heard Taken. Nothing has been done yet: store has to hear it first.',
      'store said Packed because leader told it to do Pack.',
      'leader asks till for Pay because it heard Packed. Nothing has been done yet: till has to hear it first.',
      'till refused Pay: NotPaid (there is no money). It need not know what has to be undone: leader does.',
      'leader asks store for Unpack because it heard NotPaid, to take Pack back.',
      'store took Pack back (Unpacked) because leader told it to.',
      'leader asks desk for Refuse because it heard Unpacked. It ends what was turned back.',
      'desk said Refused because leader told it to do Refuse.',
    ]);
  });

  it('names what is repeated, void, or waits for a person', () => {
    const log = logOf(
      ['desk.Taken'],
      ['till.Pay', { kind: 'command', service: 'leader', to: 'till', ask: 'again', after: 'nothing' }],
      ['till.Paid', { void: true }],
      ['duet.MessageParked', { service: 'till', reason: { code: 'Review', text: 'somebody must look' } }],
      ['duet.MessageFreed', { service: 'till' }],
    );
    const said = log.map((message) => noticeOf({ ...led, log }, message));
    expect(said.slice(1)).toEqual([
      'leader asks till again for Pay. Nothing has been done yet: till has to hear it first.',
      'till says Paid, and nothing follows from it: it had been taken back before.',
      'till cannot go on without a person (somebody must look). Only this saga waits; all the others flow on.',
      'Somebody has decided at till: the saga goes on.',
    ]);
  });

  it('says of what the styles say in another order that it came before, or is still to come', () => {
    const other = { ...danced, style: 'hybrid' as const, log: logOf(['desk.Taken'], ['desk.Refused'], ['store.Packed'], ['till.NotPaid']) };
    const said = framesOf([danced, other]).map((frame) => comparisonOf([danced, other], frame));
    expect(said[1]).toBe('Refused is said in hybrid; it is still to come in choreography.');
    expect(said.slice(-2)).toEqual([
      'Unpacked is said in choreography; it is not said in hybrid.',
      'Refused is said in choreography; it was said before in hybrid.',
    ]);
  });

  it('compares the sides: the same fact at another price, or a message that only one needs', () => {
    const said = framesOf([danced, led]).map((frame) => comparisonOf([danced, led], frame));
    expect(said.slice(1, 3)).toEqual([
      'Only in orchestration is this message needed: in choreography nobody asks for Pack.',
      'The same fact in every style: Packed. It took 2 messages in choreography, 3 messages in orchestration.',
    ]);
  });
});
