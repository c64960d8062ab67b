/** Chosen so that the names of the order system's services come to lie far apart. */
const seed = 26_779;
/** Red and amber, 0 to 110 degrees, are for what went wrong and for what is taken back. */
const [firstHue, hues] = [110, 240] as const;

/** The hue of a service, in degrees: the same everywhere and always, from nothing but its name, so that one that joins has one, too. */
export function hueOf(service: string): number {
  let hash = seed;
  for (const byte of new TextEncoder().encode(service)) hash = Math.imul(hash ^ byte, 16_777_619);
  hash ^= hash >>> 15;
  hash = Math.imul(hash, 0x2c1b3c6d);
  hash ^= hash >>> 12;
  return firstHue + ((hash >>> 0) % hues);
}
