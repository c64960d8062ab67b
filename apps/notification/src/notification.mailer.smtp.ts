import type { OnApplicationShutdown } from '@nestjs/common';
import { createTransport, type Transporter } from 'nodemailer';
import { type Mail, Mailer, MailServerUnavailable } from './notification.mailer';

/** Sends mails by SMTP, over a few connections that stay open. */
export class SmtpMailer extends Mailer implements OnApplicationShutdown {
  private readonly transport: Transporter;

  constructor(
    url: string,
    private readonly from: string,
  ) {
    super();
    const { protocol, hostname, port, username, password } = new URL(url);
    const secure = protocol === 'smtps:';
    this.transport = createTransport({
      host: hostname,
      port: Number(port || (secure ? 465 : 25)),
      secure,
      pool: true,
      maxConnections: 4,
      connectionTimeout: 10_000,
      socketTimeout: 30_000,
      tls: { rejectUnauthorized: secure },
      ...(username && { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } }),
    });
  }

  async send({ messageId, to, subject, text }: Mail): Promise<void> {
    try {
      await this.transport.sendMail({ messageId, from: this.from, to, subject, text });
    } catch (error) {
      throw new MailServerUnavailable(`the mail ${messageId} was not taken`, { cause: error });
    }
  }

  onApplicationShutdown(): void {
    this.transport.close();
  }
}
