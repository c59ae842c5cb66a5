import type { Migration } from './migration.ts'

/** Users who log in by a client of partner insights, and what they stay logged in by. */
export const users: Migration = {
  version: 5,
  name: 'users',
  oldestCompatible: 5,
  statements: [
    `create table client_users (
      id text primary key,
      client_id text not null references clients (id) on delete cascade,
      name text not null,
      password_hash text not null,
      created_at bigint not null
    )`,
    `create unique index client_users_by_name on client_users (client_id, name)`,
    // What was used stays until it would have ended: only so is it known when it comes again.
    `create table refresh_tokens (
      hash text primary key,
      family_id text not null,
      client_id text not null,
      user_id text not null references client_users (id) on delete cascade,
      created_at bigint not null,
      ends_at bigint not null,
      used_at bigint
    )`,
    `create index refresh_tokens_of_family on refresh_tokens (family_id)`,
    `create index refresh_tokens_of_user on refresh_tokens (user_id)`,
    `create index refresh_tokens_oldest on refresh_tokens (ends_at)`,
  ],
}
