import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { onTestFinished } from 'vitest'
import { openSqliteStores } from '../../stores/open-sqlite-stores.ts'
import type { Stores } from '../../stores/stores.ts'
import type { Client } from '../client.ts'

export interface AccessStores extends Pick<Stores, 'clients' | 'credentials' | 'users' | 'keys' | 'audit'> {
  /** Runs a statement on the file, as someone behind the server's back would. */
  readonly changeFile: (statement: string) => void
  /** Changes a client as another process would: through a connection of its own. */
  readonly changeClient: (clientId: string, change: Partial<Pick<Client, 'disabledAt' | 'roles'>>) => void
}

/** The real stores, in a file of their own until the test ends. */
export async function openAccessStores(): Promise<AccessStores> {
  const folder = await mkdtemp(join(tmpdir(), 'almanac-access-'))
  const file = join(folder, 'almanac.db')
  const stores = await openSqliteStores(file)
  onTestFinished(async () => {
    await stores.close()
    await rm(folder, { recursive: true, force: true })
  })
  return {
    clients: stores.clients,
    credentials: stores.credentials,
    users: stores.users,
    keys: stores.keys,
    audit: stores.audit,
    changeFile: (statement) => {
      const other = new DatabaseSync(file)
      other.exec(statement)
      other.close()
    },
    changeClient: (clientId, { disabledAt, roles }) => {
      const other = new DatabaseSync(file)
      if (disabledAt !== undefined) {
        other.prepare('update clients set disabled_at = ? where id = ?').run(disabledAt, clientId)
      }
      if (roles !== undefined) {
        other.prepare('update clients set roles = ? where id = ?').run(JSON.stringify(roles), clientId)
      }
      other.close()
    },
  }
}
