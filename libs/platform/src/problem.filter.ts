import { randomUUID } from 'node:crypto';
import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException, Logger, NotFoundException } from '@nestjs/common';
import type { Request, Response } from 'express';
import { throwError } from 'rxjs';
import { Problem } from './problem';
import { allowedMethods } from './routes';

/** Every error of a request becomes a problem; what nobody foresaw becomes a 500 that says nothing about the inside and is logged under its id. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger('Http');

  /** `foreseen`: what to say of an error that is no problem yet, where somebody knows better than that it failed. */
  constructor(private readonly foreseen: (error: unknown) => Problem | undefined = () => undefined) {}

  catch(exception: unknown, host: ArgumentsHost): unknown {
    // A message's handler is not a request: its error is for the runtime, which holds and retries.
    if (host.getType() !== 'http') return throwError(() => exception);
    const http = host.switchToHttp();
    const request = http.getRequest<Request>();
    const response = http.getResponse<Response>();
    const problem = this.problemOf(exception, request);
    if (response.headersSent) {
      response.destroy();
      return undefined;
    }
    response.status(problem.status).set(problem.headers).type('application/problem+json').send(JSON.stringify(problem));
    return undefined;
  }

  private problemOf(exception: unknown, request: Request): Problem {
    if (exception instanceof Problem) return exception;
    if (exception instanceof NotFoundException && !request.route) return noRoute(request);
    const status = exception instanceof HttpException ? exception.getStatus() : statusOf(exception);
    if (status < 500) return Problem.of(status, (exception as Error).message);
    const known = this.foreseen(exception);
    if (known) {
      this.logger.warn({ msg: `${request.method} ${request.path} failed: ${known.message}`, error: exception });
      return known;
    }
    const id = randomUUID();
    this.logger.error({ msg: `${request.method} ${request.path} failed`, instance: id, error: exception });
    return Problem.of(status, `This failed inside; it is logged as ${id}.`, { more: { instance: `urn:uuid:${id}` } });
  }
}

/** Express gives what it cannot read (a path with a broken percent sign) a status of its own. */
function statusOf(exception: unknown): number {
  const { status } = (exception ?? {}) as { status?: unknown };
  return exception instanceof Error && typeof status === 'number' && status >= 400 && status < 500 ? status : 500;
}

function noRoute(request: Request): Problem {
  const methods = allowedMethods(request);
  return methods.length > 0
    ? Problem.methodNotAllowed(request.method, methods)
    : Problem.notFound(`There is nothing at ${request.path}; GET /docs shows what there is.`);
}
