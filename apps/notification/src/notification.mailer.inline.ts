import { type Mail, Mailer } from './notification.mailer';

/** A mail server inside the process that takes every mail and keeps none: for benchmarks and pure tests. */
export class InlineMailer extends Mailer {
  async send(_: Mail): Promise<void> {}
}
