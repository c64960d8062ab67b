import { type ChildProcess, fork } from 'node:child_process';

/** A process of ours that does its part of the measurement broke down; its message says how. */
export class WorkerFailed extends Error {
  override readonly name = 'WorkerFailed';
}

/** A process that carries out one request at a time, apart from the rest so that its CPU can be told apart. */
export class Worker<Request, Answer> {
  private readonly child: ChildProcess;

  /** Starts this very program in another role. */
  constructor(private readonly role: string) {
    this.child = fork(process.argv[1] ?? '', [role]);
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** @throws WorkerFailed */
  ask(request: Request): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const ended = (): void => reject(new WorkerFailed(`the ${this.role} ended before it had answered`));
      this.child.once('exit', ended);
      this.child.once('message', (reply: Reply<Answer>) => {
        this.child.off('exit', ended);
        if (reply.ok) resolve(reply.answer);
        else reject(new WorkerFailed(`the ${this.role}: ${reply.text}`));
      });
      this.child.send(request as object);
    });
  }

  stop(): void {
    this.child.kill('SIGKILL');
  }
}

type Reply<Answer> = { readonly ok: true; readonly answer: Answer } | { readonly ok: false; readonly text: string };

/** The worker's side: answers what it is asked, until whoever started it is gone. */
export function serveRequests<Request, Answer>(work: (request: Request) => Promise<Answer>): void {
  process.on('disconnect', () => process.exit(0));
  process.on('message', (request: Request) => {
    work(request)
      .then(
        (answer): Reply<Answer> => ({ ok: true, answer }),
        (error: unknown): Reply<Answer> => ({ ok: false, text: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
      )
      .then((reply) => process.send?.(reply))
      .catch(() => process.exit(1));
  });
}
