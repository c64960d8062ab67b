import type { Request, Response } from 'express';
import { collectDefaultMetrics, Histogram, register } from 'prom-client';

const name = 'http_request_duration_seconds';

/** One histogram for all apps of a process (tests start several): prom-client's registry is global. */
function histogram(): Histogram<'method' | 'route' | 'status'> {
  const existing = register.getSingleMetric(name);
  if (existing) return existing as Histogram<'method' | 'route' | 'status'>;
  collectDefaultMetrics();
  return new Histogram({
    name,
    help: 'How long requests took, by route template and class of status',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
  });
}

/** Measures every request. The route is the template (`/orders/:id`): ids and unknown paths would make a series each. */
export function measureRequests() {
  const durations = histogram();
  return (request: Request, response: Response, next: () => void): void => {
    const began = process.hrtime.bigint();
    response.once('close', () => {
      const { path } = (request.route ?? {}) as { path?: unknown };
      durations.observe(
        { method: request.method, route: typeof path === 'string' ? path : 'none', status: `${Math.floor(response.statusCode / 100)}xx` },
        Number(process.hrtime.bigint() - began) / 1e9,
      );
    });
    next();
  };
}
