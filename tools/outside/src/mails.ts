import type { AddressInfo } from 'node:net';
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server';
import type { Journal } from './journal';

/** A mail as it came. The same Message-ID twice is two mails: real servers deliver both, and an audit must see it. */
export interface Mail {
  readonly at: string;
  readonly messageId: string | null;
  readonly from: string | null;
  readonly to: readonly string[];
  readonly subject: string | null;
  /** From the header X-Reference: an order's id. */
  readonly reference: string | null;
  /** Everything, headers too. */
  readonly source: string;
}

/** A mail is a few lines of text; more is refused. */
const maxMailBytes = 256 * 1024;

/** A mail server that delivers to nobody and keeps everything. */
export class MailSink {
  private readonly server: SMTPServer;
  private readonly mails: Mail[];

  constructor(private readonly journal: Journal<Mail>) {
    this.mails = [...journal.lines];
    this.server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['AUTH', 'STARTTLS'],
      disableReverseLookup: true,
      size: maxMailBytes,
      onData: (stream, session, done) => {
        this.take(stream, session).then(() => done(), done);
      },
    });
    // A client that hangs up in the middle is no reason to stop.
    this.server.on('error', () => undefined);
  }

  async listen(port: number, host: string): Promise<number> {
    const { server } = this.server;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      this.server.listen(port, host, resolve);
    });
    return (server.address() as AddressInfo).port;
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.server.close(() => resolve()));
  }

  list({ to, reference }: { to: string | undefined; reference: string | undefined }): Mail[] {
    return this.mails.filter(
      (mail) => (to === undefined || mail.to.includes(to)) && (reference === undefined || mail.reference === reference),
    );
  }

  private async take(stream: SMTPServerDataStream, { envelope }: SMTPServerSession): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of stream) chunks.push(chunk as Buffer);
    if (stream.sizeExceeded) throw Object.assign(new TooLarge(), { responseCode: 552 });
    const source = Buffer.concat(chunks).toString();
    const header = headersOf(source);
    const mail: Mail = {
      at: new Date().toISOString(),
      messageId: header('message-id'),
      from: envelope.mailFrom ? envelope.mailFrom.address : null,
      to: envelope.rcptTo.map(({ address }) => address),
      subject: header('subject'),
      reference: header('x-reference'),
      source,
    };
    await this.journal.append(mail);
    this.mails.push(mail);
  }
}

class TooLarge extends Error {
  override readonly name = 'TooLarge';
  override readonly message = `A mail may have ${maxMailBytes} bytes.`;
}

function headersOf(source: string): (name: string) => string | null {
  const [head = ''] = source.split(/\r?\n\r?\n/, 1);
  const lines = head.replace(/\r?\n[ \t]+/g, ' ').split(/\r?\n/);
  const headers = new Map(lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]));
  return (name) => headers.get(name) ?? null;
}
