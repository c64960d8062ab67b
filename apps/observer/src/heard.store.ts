import type { Batch, Overheard } from '@duet/participant';
import { type Kysely, sql } from 'kysely';
import { grouped } from './grouped';
import type { Tables } from './observer.tables';
import { kindOf, parkingIn, reasonIn, serviceOf } from './summary';

/** What was heard, as it was heard: the observer's truth, from which everything else follows. */

export async function storeManifests(db: Kysely<Tables>, heard: Batch['manifests']): Promise<void> {
  for (const { manifest, at } of heard) {
    await sql`insert into manifest (service, body, at) values (${manifest.service}, ${JSON.stringify(manifest)}::jsonb, ${new Date(at)})
      on conflict (service) do update set body = excluded.body, at = excluded.at where manifest.at <= excluded.at`.execute(db);
  }
  await sql`update memory set revision = revision + 1`.execute(db);
}

export async function storeUnreadable(db: Kysely<Tables>, unreadable: Batch['unreadable']): Promise<void> {
  const rows = unreadable.map(({ place, at, code, text }) => ({ place, at: new Date(at), code, text: text.slice(0, 2_000) }));
  await sql`insert into unreadable (place, at, code, text)
    select place, at, code, text from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as u (place text, at timestamptz, code text, text text)
    on conflict do nothing`.execute(db);
}

/** Returns those that were not known. */
export async function insertMessages(db: Kysely<Tables>, overheard: readonly Overheard[]): Promise<Overheard[]> {
  if (overheard.length === 0) return [];
  const rows = overheard.map((one) => {
    const { message } = one;
    return {
      id: message.id,
      process: message.process,
      saga: message.saga,
      type: message.type,
      kind: kindOf(one),
      service: serviceOf(message.source),
      at: new Date(message.time),
      style: message.style,
      hop: message.hop,
      seq: message.seq,
      cause: message.causation,
      version: message.processVersion,
      ask: message.ask,
      void: message.void,
      reason: reasonIn(message.body),
      parking: parkingIn(message),
      traceparent: message.traceparent,
      body: message.body,
    };
  });
  const { rows: stored } = await sql<{ id: string }>`insert into message
      (id, process, saga, type, kind, service, at, style, hop, seq, cause, version, ask, void, reason, parking, traceparent, body)
    select id, process, saga, type, kind, service, at, style, hop, seq, cause, version, ask, void, reason, parking, traceparent, body
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as m (id text, process text, saga text, type text, kind text, service text, at timestamptz,
      style text, hop bigint, seq bigint, cause text, version bigint, ask text, void boolean, reason jsonb, parking jsonb, traceparent text, body jsonb)
    on conflict (id) do nothing returning id`.execute(db);
  const fresh = new Set(stored.map(({ id }) => id));
  return overheard.filter(({ message }) => fresh.delete(message.id));
}

export async function countServices(db: Kysely<Tables>, fresh: readonly Overheard[]): Promise<void> {
  const rows = [...grouped(fresh, ({ message }) => serviceOf(message.source))].map(([service, said]) => {
    const times = said.map(({ message }) => Date.parse(message.time));
    return { service, messages: said.length, first_at: new Date(Math.min(...times)), last_at: new Date(Math.max(...times)) };
  });
  await sql`insert into service as s (service, messages, first_at, last_at)
    select service, messages, first_at, last_at
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as n (service text, messages bigint, first_at timestamptz, last_at timestamptz)
    on conflict (service) do update set messages = s.messages + excluded.messages,
      first_at = least(s.first_at, excluded.first_at), last_at = greatest(s.last_at, excluded.last_at)`.execute(db);
}
