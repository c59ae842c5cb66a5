import type { Clock } from '../kernel/clock.ts'
import type { Account } from './client.ts'
import type { ClientStore } from './client-store.ts'

/**
 * Makes the account known. `id` is the value that the datasets' account columns hold for this publisher. An account
 * that exists stays as it is, so this may run at every start.
 */
export async function createAccount(
  deps: { readonly clients: ClientStore; readonly clock: Clock },
  input: { readonly id: string; readonly name: string },
): Promise<Account> {
  const account: Account = { id: input.id, name: input.name, createdAt: deps.clock.now() }
  await deps.clients.putAccount(account)
  return account
}
