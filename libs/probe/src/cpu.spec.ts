import { cpuIsTold, cpuOf, cpuOfFamily, secondsIn } from './cpu';

describe('the CPU of a process', () => {
  it('is read from behind a name that holds anything', () => {
    const numbers = Array.from({ length: 20 }, (_, n) => String((n + 4) * 100));
    expect(secondsIn(`42 (a) b (c) S ${numbers.join(' ')}`)).toEqual({ parent: 400, own: 14 + 15, ended: 16 + 17 });
  });

  if (cpuIsTold)
    it('grows as it works, and is nothing when it is gone', () => {
      const before = cpuOf(process.pid);
      while (cpuOf(process.pid) < before + 0.05);
      expect(cpuOfFamily(process.pid)).toBeGreaterThanOrEqual(before + 0.05);
      expect(cpuOf(process.pid, 2 ** 22 + 1) - cpuOf(process.pid)).toBeLessThan(0.05);
    });
});
