import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createAccount } from '../access/create-account.ts'
import { createClient } from '../access/create-client.ts'
import type { ClientStore } from '../access/client-store.ts'
import { serverItself } from '../kernel/audit-entry.ts'
import type { Clock } from '../kernel/clock.ts'
import type { NewId } from '../kernel/ids.ts'

/** A client with its secret in clear, as the announcement of a demo server shows it. */
export interface DemoClient {
  /** The account's id, as the sample data's account columns hold it. */
  readonly account: string
  readonly clientId: string
  readonly clientSecret: string
}

/** Its name in a data folder. */
export const demoClientsFile = 'demo-clients.json'

/**
 * One client for each of the given accounts. The store keeps only hashes, so a demo keeps the secrets in a file that
 * its owner alone can read, and gives the same ones at each start.
 */
export async function ensureDemoClients(
  deps: { readonly clients: ClientStore; readonly clock: Clock; readonly newId: NewId },
  input: { readonly folder: string; readonly accounts: readonly { readonly id: string; readonly name: string }[] },
): Promise<readonly DemoClient[]> {
  const file = join(input.folder, demoClientsFile)
  const kept = await readKept(file)
  const clients: DemoClient[] = []
  for (const account of input.accounts) {
    await createAccount(deps, serverItself, account)
    const known = kept.find((client) => client.account === account.id)
    if (known !== undefined && (await deps.clients.findClient(known.clientId)) !== undefined) {
      clients.push(known)
      continue
    }
    const { client, secret } = await createClient(deps, serverItself, {
      accountId: account.id,
      name: `Demo client of ${account.name}`,
      roles: ['Reports.ReadWrite'],
    })
    clients.push({ account: account.id, clientId: client.id, clientSecret: secret })
  }
  // Written beside and renamed: a server killed here leaves the old file or the new one, never half of it.
  await writeFile(`${file}.new`, `${JSON.stringify(clients, null, 2)}\n`, { mode: 0o600 })
  await rename(`${file}.new`, file)
  return clients
}

async function readKept(file: string): Promise<readonly DemoClient[]> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as readonly DemoClient[]
  } catch {
    // Absent on the first start; unreadable means that someone wrote to it. Either way new clients are made.
    return []
  }
}
