/** How long this service remembers, in milliseconds. */
export interface Keeping {
  /** What it has received: a message that comes again within this time is known by its id. */
  readonly inboxKeptMs: number;
  /** What it has sent: within this time it can be sent again, after the broker has lost it. */
  readonly outboxKeptMs: number;
  /** What it knows of a saga about which it writes nothing any more: its steps and its numbers. Longer than the longest saga waits for a person. */
  readonly sagasKeptMs: number;
  /** What was set aside, and what people have done about what was held. */
  readonly asideKeptMs: number;
}

/**
 * What is wrong with these times: sentences, none if nothing is. A message may come again as long as the broker has it, and as long again when the outbox has
 * sent it anew. Whoever has forgotten by then that it has handled the message would handle it once more.
 * `logKeptMs`: how long the broker may have a message; Infinity for ever, and 0 where it has not been asked yet.
 */
export function keepingFaults({ inboxKeptMs, outboxKeptMs, sagasKeptMs }: Keeping, logKeptMs: number): string[] {
  const log = logKeptMs === Infinity ? 'which keeps messages for ever' : `which may have a message for ${timeOf(logKeptMs)}`;
  return [
    ...(inboxKeptMs > outboxKeptMs + logKeptMs
      ? []
      : [
          `INBOX_KEPT is ${timeOf(inboxKeptMs)} and must be longer than OUTBOX_KEPT (${timeOf(outboxKeptMs)})` +
            (logKeptMs === 0 ? '' : ` and the time of the broker together, ${log} (retention.ms and segment.ms of its topics)`) +
            ': a message that comes again after it has been forgotten would be handled twice',
        ]),
    ...(sagasKeptMs >= inboxKeptMs
      ? []
      : [
          `SAGAS_KEPT is ${timeOf(sagasKeptMs)} and must not be shorter than INBOX_KEPT (${timeOf(inboxKeptMs)}): a step would be forgotten whose command may still come again`,
        ]),
  ];
}

const units = [
  { name: 'd', ms: 86_400_000 },
  { name: 'h', ms: 3_600_000 },
  { name: 'm', ms: 60_000 },
  { name: 's', ms: 1_000 },
];

/** As the environment takes it, in the largest unit in which it is at least one. */
function timeOf(ms: number): string {
  const unit = units.find(({ ms: one }) => ms >= one);
  return unit ? `${Number((ms / unit.ms).toFixed(1))}${unit.name}` : `${ms}ms`;
}
