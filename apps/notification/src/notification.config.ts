import { participantFields } from '@duet/participant';
import { env } from '@duet/platform';

export const fields = {
  ...participantFields('notification', 3004),
  /** The mail server: `smtp://host:port`; `inline` for one inside the process, which takes every mail. */
  smtpUrl: env.string('SMTP_URL', {
    matching: /^(inline|smtps?:\/\/\S+)$/,
    expected: 'a URL that begins with smtp:// or smtps://, or inline',
    default: 'smtp://127.0.0.1:3025',
  }),
  /** Who the mails are from. */
  from: env.string('MAIL_FROM', { default: 'Duet <orders@duet.example>' }),
};
