/** A mail to a customer. */
export interface Mail {
  /** The Message-ID: the same for every attempt, so that a reader's mail program can show it once. */
  readonly messageId: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

/** The mail server did not take the mail. Send again with the same Message-ID. */
export class MailServerUnavailable extends Error {
  override readonly name = 'MailServerUnavailable';
}

/** The port to the mail server. A mail may be delivered twice when the server's answer is lost: SMTP has no idempotency. */
export abstract class Mailer {
  /** @throws MailServerUnavailable */
  abstract send(mail: Mail): Promise<void>;
}
