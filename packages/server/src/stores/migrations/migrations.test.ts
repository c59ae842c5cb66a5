import { describe, expect, test } from 'vitest'
import { migrations } from './migrate.ts'
import type { Migration } from './migration.ts'
import { whatHarmsOlder } from './testing/what-harms-older.ts'

// How a step is written: CONTRIBUTING.md, "Migration".

test('steps are numbered 1, 2, 3 …, each with a name of its own', () => {
  expect(migrations.map(({ version }) => version)).toEqual(migrations.map((_, index) => index + 1))
  expect(new Set(migrations.map(({ name }) => name)).size).toBe(migrations.length)
})

describe.each(migrations.map((step, index) => ({ step, earlier: migrations.slice(0, index) })))(
  'step $step.version, $step.name',
  ({ step, earlier }) => {
    test('says from which version on code can work with it, none that the steps before it have ended', () => {
      expect(step.oldestCompatible).toBeGreaterThanOrEqual(Math.max(1, ...earlier.map((each) => each.oldestCompatible)))
      expect(step.oldestCompatible).toBeLessThanOrEqual(step.version)
    })

    test('takes nothing from the versions that it lets go on', () => {
      const letsOlderGoOn = step.oldestCompatible < step.version
      expect(letsOlderGoOn ? whatHarmsOlder(step, earlier) : []).toEqual([])
    })
  },
)

describe('what a step can not claim to be harmless with', () => {
  const before: Migration = {
    version: 1,
    name: 'before',
    oldestCompatible: 1,
    statements: ['create table t (x integer)', 'create unique index once on t (x)', 'create index fast on t (x)'],
  }
  const harms = (...statements: string[]) =>
    whatHarmsOlder({ version: 2, name: 'next', oldestCompatible: 1, statements }, [before])

  test.each([
    'drop table t',
    'ALTER TABLE t\n  DROP COLUMN x',
    'alter table t rename column x to y',
    'alter table t rename to u',
    'drop index once',
    'alter table t add column y integer not null',
    'alter table t alter column x set not null',
    'alter table t add column y integer generated always as (x + 1) virtual',
    'alter table t add constraint small check (x < 9)',
    'create unique index twice on t (x)',
    'create table u (t_id text not null references t (id))',
    'create table u (t_id text references t (id) on delete cascade, other text references t (id))',
    'delete from t where x = 1',
    "update t set x = 2 where x = 'on delete'",
  ])('%s', (statement) => {
    expect(harms(statement)).toHaveLength(1)
  })

  test('what only adds is harmless: columns with a default or none, tables, indexes, values of new columns', () => {
    expect(
      harms(
        "alter table t add column y text not null default 'drop table t'",
        'alter table t add column z integer',
        'update t set z = x + 1',
        'create table u (t_id text primary key references t (id) on delete cascade, n integer not null)',
        'create unique index of_u on u (n)',
        'delete from u',
        'create index slow on t (z)',
        'drop index fast',
      ),
    ).toEqual([])
  })
})
