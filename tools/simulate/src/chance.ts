import { createHash } from 'node:crypto';

/** Random numbers that a seed decides. Each purpose has its own, so that what is decided for one does not shift what comes of the others. */
export class Chance {
  private readonly state: Uint32Array;

  constructor(seed: number, purpose: string) {
    const bytes = createHash('sha256').update(`${seed}/${purpose}`).digest();
    this.state = Uint32Array.from({ length: 4 }, (_, place) => bytes.readUInt32LE(4 * place));
  }

  /** At least 0, below 1: sfc32, a small generator that passes the usual tests. */
  readonly next = (): number => {
    const [a, b, c, count] = this.state as unknown as [number, number, number, number];
    const sum = (a + b + count) >>> 0;
    this.state.set([b ^ (b >>> 9), c + (c << 3), ((c << 21) | (c >>> 11)) + sum, count + 1]);
    return sum / 2 ** 32;
  };

  happens(probability: number): boolean {
    return this.next() < probability;
  }

  between(least: number, most: number): number {
    return least + this.next() * (most - least);
  }

  /** A whole number from 0, below `limit`. */
  below(limit: number): number {
    return Math.floor(this.next() * limit);
  }

  pick<T>(values: readonly T[]): T {
    return values[this.below(values.length)]!;
  }

  /** One of the keys, each as often as its weight says. */
  weighted<K extends string>(weights: Readonly<Record<K, number>>): K {
    const entries = Object.entries(weights) as [K, number][];
    let left = this.next() * entries.reduce((sum, [, weight]) => sum + weight, 0);
    return (entries.find(([, weight]) => (left -= weight) < 0) ?? entries[0]!)[0];
  }

  shuffled<T>(values: readonly T[]): T[] {
    const all = [...values];
    for (let place = all.length - 1; place > 0; place--) {
      const other = this.below(place + 1);
      [all[place], all[other]] = [all[other]!, all[place]!];
    }
    return all;
  }
}
