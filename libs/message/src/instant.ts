const form = /^(?!0000)(\d{4})-(\d\d)-(\d\d)[T ](\d\d:\d\d:\d\d)(?:\.\d{1,9})?(?:Z|[+-](?:0\d|1[0-5])(?::?[0-5]\d)?)$/;

/**
 * Whether a text is a time that there is, and that PostgreSQL takes: ISO 8601 with a time zone, or as PostgreSQL writes it. It knows no time zone beyond 16 hours;
 * Date.parse alone would take +23:59, and read the 30th of February as the 2nd of March.
 */
export function isInstant(text: string): boolean {
  const [, year, month, day, time] = form.exec(text) ?? [];
  const exists = Number(day) <= 28 || Number(day) <= new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate();
  return exists && !Number.isNaN(Date.parse(`${year}-${month}-${day}T${time}Z`));
}
