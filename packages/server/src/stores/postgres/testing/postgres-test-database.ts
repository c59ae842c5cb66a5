import { afterAll, beforeAll } from 'vitest'
import { openPostgresStores } from '../../open-postgres-stores.ts'
import type { TestDatabase } from '../../testing/test-database.ts'
import { startPostgres, type TestPostgres } from './start-postgres.ts'

export interface PostgresTestDatabase extends TestDatabase {
  readonly url: string
}

export interface PostgresForTests {
  /** The server of the suite that runs. */
  readonly server: TestPostgres
  /** An empty database with its schema. */
  make(): Promise<PostgresTestDatabase>
}

const template = 'almanac_template'

// All but the schema's own steps, and the head of the audit log as it is at first. Copying a database for each test takes
// a third of a second, this a hundredth.
const emptying = `
  do $$
  begin
    execute (select 'truncate ' || string_agg(quote_ident(tablename), ', ') from pg_tables
      where schemaname = 'public' and tablename <> 'schema_migrations');
    insert into audit_head (name, number, hash) values ('head', 0, repeat('0', 64));
  end $$`

/** Starts a server for the surrounding suite, with a database that each test's own is a copy of. */
export function usePostgres(): PostgresForTests {
  let server: TestPostgres | undefined
  const free: string[] = []
  const started = (): TestPostgres => {
    if (server === undefined) throw new Error('PostgreSQL runs while a test runs')
    return server
  }

  beforeAll(async () => {
    server = await startPostgres()
    await server.run(`create database ${template}`)
    await (await openPostgresStores(settingsOf(server.urlOf(template)))).close()
  })
  afterAll(() => server?.remove())

  return {
    get server() {
      return started()
    },
    async make() {
      const url = free.pop() ?? (await started().createDatabase(template))
      return {
        url,
        connect: () => openPostgresStores(settingsOf(url)),
        async remove() {
          await started().run(emptying, new URL(url).pathname.slice(1))
          free.push(url)
        },
      }
    },
  }
}

/** What opens the stores of a test. */
export function settingsOf(url: string) {
  return { url, connections: 6, waitSeconds: 10 }
}
