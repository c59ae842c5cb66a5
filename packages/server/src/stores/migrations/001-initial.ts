import type { Migration } from './migration.ts'

/*
 * Queries and reports name accounts and clients without a foreign key: with an outside issuer these exist in its tokens
 * only. What belongs to a report goes with it.
 */

export const initial: Migration = {
  version: 1,
  name: 'initial',
  oldestCompatible: 1,
  statements: [
    `create table installation (
      name text primary key,
      value text not null
    )`,

    `create table accounts (
      id text primary key,
      name text not null,
      created_at bigint not null
    )`,
    `create table clients (
      id text primary key,
      account_id text not null references accounts (id),
      name text not null,
      user_id text not null,
      secret_hash text not null,
      roles text not null,
      webhook_secret text not null,
      created_at bigint not null,
      disabled_at bigint
    )`,
    `create index clients_of_account on clients (account_id, created_at, id)`,
    `create table keys (
      id text primary key,
      purpose text not null check (purpose in ('token', 'link')),
      material text not null,
      created_at bigint not null
    )`,
    `create index keys_newest on keys (purpose, created_at, id)`,

    `create table queries (
      id text primary key,
      account_id text not null,
      program text not null,
      client_id text not null,
      user_id text not null,
      name text not null,
      name_key text not null,
      description text,
      query_text text not null,
      created_at bigint not null
    )`,
    `create index queries_newest on queries (account_id, program, created_at, id)`,
    `create index queries_by_name on queries (account_id, program, name_key, created_at, id)`,
    `create index queries_of_client on queries (account_id, client_id)`,

    `create table reports (
      id text primary key,
      account_id text not null,
      program text not null,
      client_id text not null,
      user_id text not null,
      name text not null,
      name_key text not null,
      description text,
      query_id text not null,
      query_text text not null,
      schedule_kind text not null check (schedule_kind in ('once', 'recurring')),
      first_at bigint not null,
      start_at bigint,
      interval_hours integer,
      occurrence_count integer,
      end_at bigint,
      query_start_at bigint,
      query_end_at bigint,
      format text not null check (format in ('csv', 'tsv')),
      callback_url text,
      callback_method text check (callback_method in ('GET', 'POST')),
      status text not null check (status in ('Active', 'Paused', 'Inactive')),
      started_count integer not null,
      grid integer not null,
      created_at bigint not null,
      modified_at bigint,
      check ((schedule_kind = 'recurring') = (start_at is not null)),
      check ((schedule_kind = 'recurring') = (interval_hours is not null)),
      check ((callback_url is null) = (callback_method is null))
    )`,
    `create index reports_newest on reports (account_id, program, created_at, id)`,
    `create index reports_by_name on reports (account_id, program, name_key, created_at, id)`,
    // What the limits of a client are counted by.
    `create index reports_active on reports (account_id, client_id) where status = 'Active'`,
    `create index reports_once on reports (account_id, client_id, created_at) where schedule_kind = 'once'`,

    `create table executions (
      id text primary key,
      report_id text not null references reports (id) on delete cascade,
      account_id text not null,
      grid integer not null,
      occurrence integer not null,
      scheduled_at bigint not null,
      status text not null check (status in ('Pending', 'Running', 'Paused', 'Completed', 'Failed')),
      claims integer not null,
      attempts integer not null,
      started_at bigint,
      finished_at bigint,
      failure_code text,
      failure_message text,
      claimable_at bigint,
      lease_token text,
      lease_owner text,
      unique (report_id, grid, occurrence),
      check ((status in ('Pending', 'Running')) = (claimable_at is not null)),
      check ((status in ('Completed', 'Failed')) = (finished_at is not null)),
      check (lease_token is null or status = 'Running'),
      check ((lease_token is null) = (lease_owner is null)),
      check ((failure_code is null) = (failure_message is null))
    )`,
    `create index executions_claimable on executions (claimable_at, id) where claimable_at is not null`,
    `create index executions_of_report on executions (report_id, scheduled_at, grid, id)`,
    // At most one execution of a report waits, and at most one runs, whatever a statement forgets.
    `create unique index executions_waiting on executions (report_id) where status in ('Pending', 'Paused')`,
    `create unique index executions_running on executions (report_id) where status = 'Running'`,

    `create table artifacts (
      id text primary key,
      execution_id text not null unique references executions (id) on delete cascade,
      report_id text not null,
      account_id text not null,
      blob_key text not null,
      file_name text not null,
      manifest text not null,
      created_at bigint not null
    )`,

    `create table callback_deliveries (
      id text primary key,
      account_id text not null,
      client_id text not null,
      report_id text not null,
      execution_id text not null references executions (id) on delete cascade,
      url text not null,
      method text not null check (method in ('GET', 'POST')),
      body text not null,
      status text not null check (status in ('waiting', 'delivered', 'failed')),
      attempts integer not null,
      due_at bigint not null,
      created_at bigint not null,
      claimable_at bigint,
      lease_token text,
      lease_owner text,
      check ((status = 'waiting') = (claimable_at is not null)),
      check (lease_token is null or status = 'waiting'),
      check ((lease_token is null) = (lease_owner is null))
    )`,
    `create index callback_deliveries_claimable on callback_deliveries (claimable_at, id) where claimable_at is not null`,
    `create index callback_deliveries_of_execution on callback_deliveries (execution_id, created_at, id)`,
    `create table callback_attempts (
      delivery_id text not null references callback_deliveries (id) on delete cascade,
      attempt integer not null,
      started_at bigint not null,
      duration_ms integer not null,
      response_status integer,
      error text,
      primary key (delivery_id, attempt)
    )`,
  ],
}
