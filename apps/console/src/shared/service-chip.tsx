import type { CSSProperties } from 'react';
import { hueOf } from '../words/hue';

/** Sets a service's hue for what stands within. */
export const inHueOf = (service: string): CSSProperties => ({ '--hue': String(hueOf(service)) }) as CSSProperties;

/** A service, in its hue and by its name. */
export function ServiceChip({ service }: { readonly service: string }) {
  return (
    <span className="service" style={inHueOf(service)}>
      {service}
    </span>
  );
}
