import { QueryClient } from '@tanstack/react-query';
import createClient, { type Client } from 'openapi-fetch';
import { Refused } from './problem';
import type { Given } from './types';
import type { paths as Analytics } from './rest/analytics';
import type { paths as Inventory } from './rest/inventory';
import type { paths as Observer } from './rest/observer';
import type { paths as Orchestrator } from './rest/orchestrator';
import type { paths as Order } from './rest/order';
import type { paths as Payment } from './rest/payment';
import type { paths as Shipping } from './rest/shipping';

/** The observer's REST. */
export const observer = createClient<Observer>();
/** The services' own REST, which the observer passes on. */
export const order = createClient<Order>({ baseUrl: '/services/order' });
export const inventory = createClient<Inventory>({ baseUrl: '/services/inventory' });
export const payment = createClient<Payment>({ baseUrl: '/services/payment' });
export const shipping = createClient<Shipping>({ baseUrl: '/services/shipping' });
export const analytics = createClient<Analytics>({ baseUrl: '/services/analytics' });
export const orchestrator = createClient<Orchestrator>({ baseUrl: '/services/orchestrator' });

type HeldPaths = Pick<Payment, Extract<keyof Payment, `/held${string}`>>;
/** What is held at any service: the same everywhere. */
export const heldAt = (service: string): Client<HeldPaths> =>
  createClient<HeldPaths>({ baseUrl: `/services/${encodeURIComponent(service)}` });

/** The data of an answer. @throws Refused where it is none */
export async function sent<D>(answer: Promise<{ readonly data?: D; readonly error?: unknown; readonly response: Response }>): Promise<D> {
  const { data, error, response } = await answer.catch((reason: unknown) => {
    if (reason instanceof DOMException && reason.name === 'AbortError') throw reason;
    throw Refused.silent(reason);
  });
  if (!response.ok || data === undefined) throw Refused.from(response.status, error);
  return data;
}

/** What was answered by somebody who leaves out what is not there: the observer, the orchestrator, the order service. @throws Refused */
export const told = <D>(answer: Promise<{ readonly data?: D; readonly error?: unknown; readonly response: Response }>): Promise<Given<D>> =>
  sent(answer) as Promise<Given<D>>;

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      // What was refused is refused again; who did not answer may do so soon.
      retry: (count, error) => count < 2 && error instanceof Refused && (error.status === 0 || error.status === 503),
      refetchOnWindowFocus: true,
      staleTime: 500,
    },
  },
});
