import { setTimeout } from 'node:timers/promises'
import { Client } from 'pg'
import { sql, type Kysely } from 'kysely'
import type { Database } from '../database.ts'
import type { Hint, SharedDatabase } from '../shared-database.ts'

const channel = 'almanac'
const listenAgainMs = 2_000
const hints: ReadonlySet<string> = new Set<Hint>(['executions', 'callbacks'])

/** What a PostgreSQL server gives to all processes beside the tables: its time, and NOTIFY as a hint. */
export function createSharedDatabase(db: Kysely<Database>, url: string): SharedDatabase {
  return {
    async time() {
      const { rows } = await sql<{ time: number }>`
        select (extract(epoch from clock_timestamp()) * 1000)::bigint as time`.execute(db)
      const [row] = rows
      if (row === undefined) throw new Error('a SELECT without FROM has one row')
      return row.time
    },

    tell(hint) {
      void sql`select pg_notify(${channel}, ${hint})`.execute(db).catch(() => undefined)
    },

    listen(onHint, signal) {
      void listenUntil(url, onHint, signal)
    },
  }
}

async function listenUntil(url: string, onHint: (hint: Hint) => void, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const client = new Client({ connectionString: url, keepAlive: true, application_name: 'almanac hints' })
    const ended = new Promise<void>((resolve) => {
      client.on('error', () => resolve())
      client.on('end', () => resolve())
      signal.addEventListener('abort', () => resolve(), { once: true })
    })
    client.on('notification', ({ payload = '' }) => {
      if (hints.has(payload)) onHint(payload as Hint)
    })
    try {
      await client.connect()
      await client.query(`listen ${channel}`)
      // What was told while nobody listened.
      for (const hint of hints) onHint(hint as Hint)
      await ended
    } catch {
      // The loops look by themselves; it is tried again below.
    }
    await client.end().catch(() => undefined)
    await setTimeout(listenAgainMs, undefined, { signal }).catch(() => undefined)
  }
}
