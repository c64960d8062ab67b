import { format } from 'node:util';
import type { LoggerService } from '@nestjs/common';
import { destination, pino, stdTimeFunctions, type DestinationStream, type Logger } from 'pino';
import { traceIds } from './traced-requests';

export type LogLevel = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace';
export type LogFormat = 'json' | 'text';

export interface LogOptions {
  /** Written into every line. */
  readonly service: string;
  readonly level?: LogLevel;
  /** One JSON object a line, for programs (default), or short lines for people. */
  readonly format?: LogFormat;
  /** Where lines go; stdout by default. */
  readonly to?: DestinationStream;
}

/**
 * Nest's logger on pino: a line has time, level, service, context and msg; a logged object gives its fields, so that `logger.warn({ msg, saga })` can be searched by saga.
 * What is logged within a span bears `trace_id` and `span_id`.
 * Lines are written synchronously: the last words of a process that dies are the ones that are needed.
 */
export class JsonLogger implements LoggerService {
  private readonly pino: Logger;

  constructor({ service, level = 'info', format: kind = 'json', to = destination({ dest: 1, sync: true }) }: LogOptions) {
    this.pino = pino(
      {
        level,
        base: { service },
        timestamp: stdTimeFunctions.isoTime,
        formatters: { level: (label) => ({ level: label }) },
      },
      kind === 'json' ? to : { write: (line) => to.write(readable(line)) },
    );
  }

  log(message: unknown, ...more: unknown[]): void {
    this.write('info', message, more);
  }
  fatal(message: unknown, ...more: unknown[]): void {
    this.write('fatal', message, more);
  }
  error(message: unknown, ...more: unknown[]): void {
    this.write('error', message, more);
  }
  warn(message: unknown, ...more: unknown[]): void {
    this.write('warn', message, more);
  }
  debug(message: unknown, ...more: unknown[]): void {
    this.write('debug', message, more);
  }
  verbose(message: unknown, ...more: unknown[]): void {
    this.write('trace', message, more);
  }

  /** Nest's convention: the context comes last, and an error's stack before it. */
  private write(level: LogLevel, message: unknown, more: readonly unknown[]): void {
    if (!this.pino.isLevelEnabled(level)) return;
    const rest = [...more];
    const context = typeof rest.at(-1) === 'string' ? rest.pop() : undefined;
    const [first] = rest;
    const stack = typeof first === 'string' && /\n\s+at /.test(first) ? rest.shift() : undefined;
    const fields = {
      ...traceIds(),
      ...(context !== undefined && { context }),
      ...(stack !== undefined && { stack }),
      ...Object.assign({}, ...rest.map(fieldsOf)),
    } as object;
    if (message instanceof Error) this.pino[level]({ ...fields, error: errorFields(message) }, message.message);
    else if (typeof message === 'object' && message !== null) this.pino[level]({ ...fields, ...fieldsOf(message) });
    else this.pino[level](fields, format('%s', message));
  }
}

const errorFields = ({ name, message, stack }: Error) => ({ name, message, stack });

/** Errors have no enumerable fields: as they are, they would be logged as {}. */
function fieldsOf(value: unknown): Record<string, unknown> {
  if (value instanceof Error) return { error: errorFields(value) };
  if (typeof value !== 'object' || value === null) return value === undefined ? {} : { detail: value };
  const fields = Object.entries(value).map(([name, field]): [string, unknown] => [
    name,
    field instanceof Error ? errorFields(field) : field,
  ]);
  return Object.fromEntries(fields);
}

/** A line for people: time, level, context, text, and what else there is. */
function readable(line: string): string {
  const { time, level, context, msg, service: _service, stack, error, ...fields } = JSON.parse(line) as Record<string, unknown>;
  const said = error as { message?: string; stack?: string } | undefined;
  const more = Object.entries(fields).map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
  const text = [
    String(time).slice(11, 23),
    String(level).toUpperCase().padEnd(5),
    context,
    msg,
    said && said.message !== msg ? said.message : undefined,
    ...more,
  ] as (string | undefined)[];
  const trace = said?.stack ?? stack;
  return `${text.filter((part) => part !== undefined).join(' ')}\n${typeof trace === 'string' ? `${trace}\n` : ''}`;
}
