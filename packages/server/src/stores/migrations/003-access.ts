import type { Migration } from './migration.ts'

/** Several secrets and certificates for a client, keys that take each other's place, accounts that are kept out, the audit log. */
export const access: Migration = {
  version: 3,
  name: 'access',
  oldestCompatible: 3,
  statements: [
    `alter table accounts add column disabled_at bigint`,
    `create table client_secrets (
      id text primary key,
      client_id text not null references clients (id) on delete cascade,
      secret_hash text not null,
      hint text not null,
      created_at bigint not null,
      expires_at bigint,
      last_used_at bigint
    )`,
    `create index client_secrets_of_client on client_secrets (client_id, created_at, id)`,
    // Nobody knows the last characters of these: only their hashes were kept.
    `insert into client_secrets (id, client_id, secret_hash, hint, created_at)
      select id, id, secret_hash, '', created_at from clients where secret_hash <> ''`,
    `alter table clients drop column secret_hash`,
    `create index clients_oldest on clients (created_at, id)`,
    `create table client_certificates (
      client_id text not null references clients (id) on delete cascade,
      thumbprint text not null,
      thumbprint_sha1 text not null,
      public_key text not null,
      subject text not null,
      valid_from_at bigint not null,
      expires_at bigint not null,
      created_at bigint not null,
      last_used_at bigint,
      primary key (client_id, thumbprint)
    )`,
    `create table used_assertions (
      client_id text not null,
      id text not null,
      ends_at bigint not null,
      primary key (client_id, id)
    )`,
    `create index used_assertions_oldest on used_assertions (ends_at)`,
    `alter table keys add column signs_from_at bigint not null default 0`,
    `alter table keys add column ends_at bigint`,
    `create table audit_log (
      number bigint primary key,
      entry text not null,
      hash text not null
    )`,
    // One row. Who appends takes it first, so that each line follows the one before.
    `create table audit_head (
      name text primary key,
      number bigint not null,
      hash text not null
    )`,
    `insert into audit_head (name, number, hash) values ('head', 0, '${'0'.repeat(64)}')`,
  ],
}
