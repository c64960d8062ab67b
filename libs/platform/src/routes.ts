import type { Request } from 'express';

interface Layer {
  readonly route?: { readonly methods: Readonly<Record<string, boolean>> };
  match(path: string): boolean;
}

/** The methods that the routes of this path know. Empty: there is no such path. */
export function allowedMethods({ app, path }: Request): string[] {
  const { stack } = app.router as unknown as { stack: readonly Layer[] };
  const routes = stack.filter((layer) => layer.route && layer.match(path)).map((layer) => layer.route!);
  const methods = routes.flatMap(({ methods }) => Object.keys(methods).map((method) => method.toUpperCase()));
  return [...new Set(methods)].filter((method) => /^[A-Z]+$/.test(method)).sort();
}
