import type { Migration } from './migration.ts'

/** Files whose texts no spreadsheet runs, and links that work once. */
export const files: Migration = {
  version: 4,
  name: 'files',
  oldestCompatible: 4,
  statements: [
    `alter table reports add column neutralize_formulas integer not null default 0 check (neutralize_formulas in (0, 1))`,
    // Kept until the link would have ended by itself: after that nobody asks.
    `create table used_links (
      id text primary key,
      ends_at bigint not null
    )`,
    `create index used_links_oldest on used_links (ends_at)`,
  ],
}
