import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Role } from './access/caller.ts'
import { createAccount } from './access/create-account.ts'
import { createClient } from './access/create-client.ts'
import type { Settings } from './config/settings.ts'
import { systemClock } from './kernel/clock.ts'
import { randomId } from './kernel/ids.ts'
import { openSqliteStores } from './stores/open-sqlite-stores.ts'

export interface NewClient {
  /** As the datasets' account columns hold it. Made known if it isn't yet. */
  readonly accountId: string
  readonly name: string
  readonly roles: readonly Role[]
}

export interface AddedClient {
  readonly tenantId: string
  readonly clientId: string
  /** In clear, this one time. */
  readonly clientSecret: string
  /** Signs the client's callbacks (Standard Webhooks). */
  readonly webhookSecret: string
}

/** Registers a client in an installation's data folder. A server may be running on it; it knows the client at once. */
export async function addClient({ dataFolder, tenantId }: Settings, input: NewClient): Promise<AddedClient> {
  await mkdir(dataFolder, { recursive: true })
  const stores = await openSqliteStores(join(dataFolder, 'almanac.db'))
  try {
    const deps = { clients: stores.clients, clock: systemClock, newId: randomId }
    await createAccount(deps, { id: input.accountId, name: input.accountId })
    const { client, secret } = await createClient(deps, input)
    return {
      tenantId: await stores.installation.getOrSet('tenantId', tenantId ?? randomId()),
      clientId: client.id,
      clientSecret: secret,
      webhookSecret: client.webhookSecret,
    }
  } finally {
    await stores.close()
  }
}
