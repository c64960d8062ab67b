import { STATUS_CODES } from 'node:http';

/** An HTTP answer as data. */
export interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** RFC 9457. `code` is for programs. */
export const problem = (status: number, code: string, detail: string): Answer => ({
  status,
  body: { type: 'about:blank', title: STATUS_CODES[status] ?? 'Error', status, code, detail },
});

export const replayed = (answer: Answer): Answer => ({ ...answer, headers: { ...answer.headers, 'Idempotent-Replayed': 'true' } });
