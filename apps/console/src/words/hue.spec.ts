import { hueOf } from './hue';

const known = ['order', 'inventory', 'payment', 'shipping', 'notification', 'orchestrator', 'analytics'];

it('sets the services of the order system apart', () => {
  const hues = known.map(hueOf).sort((a, b) => a - b);
  hues.slice(1).forEach((hue, n) => expect(hue - hues[n]!).toBeGreaterThanOrEqual(25));
});

it('keeps every service away from the hues of refusal and undo', () => {
  for (const name of [...known, 'loyalty', '', 'ünïcode', 'a'.repeat(300)]) {
    expect(hueOf(name)).toBeGreaterThanOrEqual(110);
    expect(hueOf(name)).toBeLessThan(350);
  }
});
