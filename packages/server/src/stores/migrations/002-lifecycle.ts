import type { Migration } from './migration.ts'

/** What the whole life of a report needs: keyed requests, retention, callbacks listed by report, what happened to it. */
export const lifecycle: Migration = {
  version: 2,
  name: 'lifecycle',
  oldestCompatible: 2,
  statements: [
    `create table idempotency_keys (
      client_id text not null,
      idempotency_key text not null,
      fingerprint text not null,
      created_at bigint not null,
      lease_ends_at bigint not null,
      answer text,
      primary key (client_id, idempotency_key)
    )`,
    `create index idempotency_keys_oldest on idempotency_keys (created_at)`,
    // Accounts have turns: who is passed over is seen in the index, however many rows it has due.
    `drop index executions_claimable`,
    `create index executions_claimable on executions (claimable_at, id, account_id) where claimable_at is not null`,
    // What retention looks for: the executions that ended longest ago, and which artifact names a file.
    `create index executions_ended on executions (finished_at) where finished_at is not null`,
    `create index artifacts_by_blob on artifacts (blob_key)`,
    `create index callback_deliveries_of_report on callback_deliveries (report_id, created_at, id)`,
    // Executions of one query that fall due together are found by it, and may be made of one scan.
    `alter table executions add column scan_key text`,
    `create index executions_together on executions (scan_key, claimable_at, account_id, id) where status = 'Pending' and scan_key is not null`,
    // Only these use up tries: a run that begins anew because its worker died has not failed.
    `alter table executions add column failed_tries integer not null default 0`,
    `create table report_events (
      report_id text not null references reports (id) on delete cascade,
      at bigint not null,
      rank integer not null,
      kind text not null,
      execution_id text,
      scheduled_at bigint,
      detail text
    )`,
    `create index report_events_newest on report_events (report_id, at, rank)`,
    `create index report_events_oldest on report_events (at)`,
    `alter table reports add column callback_on text not null default 'completed' check (callback_on in ('completed', 'ended'))`,
  ],
}
