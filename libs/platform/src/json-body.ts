import type { IncomingMessage, ServerResponse } from 'node:http';
import { Problem } from './problem';

/** Bytes. Orders of 1,000 lines fit; what does not fit is no request of ours. */
export const maxBodyBytes = 64 * 1024;

const utf8 = new TextDecoder('utf-8', { fatal: true });
const fromRequests = new WeakSet<object>();

/** Whether data was read from a request by this parser: only that is checked as a request's body, messages are checked where they come in. */
export const isRequestBody = (data: unknown): boolean => typeof data === 'object' && data !== null && fromRequests.has(data);

/**
 * Reads JSON bodies strictly: `application/json` only, no compression, UTF-8 without broken bytes, at most 64 KiB, an object or an array.
 * `__proto__` stays an own key, as JSON.parse has it, so that the check that follows sees it and refuses it.
 */
export function jsonBody(limit = maxBodyBytes) {
  return (request: IncomingMessage & { body?: unknown }, _response: ServerResponse, next: (error?: unknown) => void): void => {
    if (!hasBody(request)) return next();
    const refusal = refuse(request, limit);
    if (refusal) return next(refusal);
    const chunks: Buffer[] = [];
    let size = 0;
    let done = false;
    const finish = (error?: unknown) => {
      if (done) return;
      done = true;
      next(error);
    };
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= limit) chunks.push(chunk);
      else finish(Problem.tooLarge(limit));
    });
    // It was cut off, or went on as no HTTP does: nobody is there to hear it, and nothing of ours has failed.
    request.on('error', () => finish(Problem.badRequest('The body did not come to its end.', { code: 'incomplete' })));
    request.on('end', () => {
      if (done) return;
      try {
        request.body = parse(Buffer.concat(chunks));
        finish();
      } catch (error) {
        finish(error);
      }
    });
  };
}

const hasBody = ({ headers }: IncomingMessage) => headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;

function refuse({ headers }: IncomingMessage, limit: number): Problem | undefined {
  const [type = '', ...parameters] = (headers['content-type'] ?? '').split(';').map((part) => part.trim().toLowerCase());
  const charset = parameters.find((parameter) => parameter.startsWith('charset='))?.slice('charset='.length);
  if (type !== 'application/json')
    return Problem.unsupportedMediaType(`The body must be application/json, not ${type || 'without a type'}.`);
  if (charset !== undefined && charset.replaceAll('"', '') !== 'utf-8')
    return Problem.unsupportedMediaType(`The body must be in UTF-8, not ${charset}.`);
  if (![undefined, 'identity'].includes(headers['content-encoding']))
    return Problem.unsupportedMediaType('The body must not be compressed.');
  return Number(headers['content-length'] ?? 0) > limit ? Problem.tooLarge(limit) : undefined;
}

function parse(bytes: Buffer): unknown {
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch {
    throw Problem.badRequest('The body is not UTF-8.', { code: 'not-utf8' });
  }
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (error) {
    throw Problem.badRequest(`The body is not JSON: ${(error as Error).message}`, { code: 'not-json' });
  }
  if (typeof data !== 'object' || data === null) throw Problem.invalid([{ path: '', text: 'must be an object' }]);
  fromRequests.add(data);
  return data;
}
