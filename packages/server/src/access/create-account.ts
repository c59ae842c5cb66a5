import type { AuditSource } from '../kernel/audit-entry.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Account } from './client.ts'
import type { ClientStore } from './client-store.ts'

/**
 * Makes the account known. `id` is the value that the datasets' account columns hold for this publisher. An account
 * that exists stays as it is, so this may run at every start.
 */
export async function createAccount(
  deps: { readonly clients: ClientStore; readonly clock: Clock },
  source: AuditSource,
  input: { readonly id: string; readonly name: string },
): Promise<Account> {
  const { id, name } = input
  const at = deps.clock.now()
  const account: Account = { id, name, createdAt: at, disabledAt: null }
  await deps.clients.putAccount(account, {
    ...source,
    at,
    action: 'account.added',
    objectId: id,
    accountId: id,
    detail: { name },
  })
  return account
}
