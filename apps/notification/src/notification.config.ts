import { participantFields } from '@duet/participant';
import { env } from '@duet/platform';

export const fields = {
  ...participantFields('notification', 3004),
  /** The mail server: `smtp://host:port`. */
  smtpUrl: env.url('SMTP_URL', { protocols: ['smtp', 'smtps'], default: 'smtp://127.0.0.1:3025' }),
  /** Who the mails are from. */
  from: env.string('MAIL_FROM', { default: 'Duet <orders@duet.example>' }),
};
