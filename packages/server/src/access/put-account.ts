import { AppError } from '../kernel/app-error.ts'
import type { AuditSource } from '../kernel/audit-entry.ts'
import { renameAccount, requireAccount, setAccountStanding, type ChangeClientDeps } from './change-client.ts'
import type { Account } from './client.ts'
import { createAccount } from './create-account.ts'
import { requireName } from './require-name.ts'

export interface PutAccountInput {
  /** As the datasets' account columns hold it. */
  readonly accountId: string
  /** Null: as it is, and for a new one its id. */
  readonly name: string | null
  /** Null: as it is. */
  readonly isDisabled: boolean | null
}

/**
 * Makes an account known, or changes the one that is. The same again changes nothing. Raises `invalid_request`,
 * `would_lock_out`.
 */
export async function putAccount(
  deps: ChangeClientDeps,
  source: AuditSource,
  { accountId, name, isDisabled }: PutAccountInput,
): Promise<Account> {
  requireName('accountId', accountId)
  if (name !== null) requireName('Name', name)
  const isNew = (await deps.clients.findAccount(accountId)) === undefined
  if (isNew) await createAccount(deps, source, { id: accountId, name: name ?? accountId })
  // First what may be refused, so that a request is honoured whole or not at all.
  if (isDisabled !== null) {
    await setAccountStanding(deps, source, { accountId, standing: isDisabled ? 'disabled' : 'enabled' })
  }
  if (!isNew && name !== null) await renameAccount(deps, source, { accountId, name })
  return requireAccount(deps.clients, accountId)
}

/** The account of a client that is to be registered. Raises `invalid_request`. */
export async function requireKnownAccount(clients: ChangeClientDeps['clients'], accountId: string): Promise<void> {
  if ((await clients.findAccount(accountId)) !== undefined) return
  throw new AppError('invalid_request', {
    sentence: `There is no account ${JSON.stringify(accountId.slice(0, 100))}. Make it known first`,
    field: 'AccountId',
  })
}
