import type { AuditSource } from '../kernel/audit-entry.ts'
import type { Clock } from '../kernel/clock.ts'
import { AppError } from '../kernel/app-error.ts'
import type { Role } from './caller.ts'
import type { Account } from './client.ts'
import type { ClientStore } from './client-store.ts'
import { refuseLockOut } from './refuse-lock-out.ts'
import { noClient, requireClient } from './require-client.ts'

export interface ChangeClientDeps {
  readonly clients: ClientStore
  readonly clock: Clock
}

/** What becomes of a client or an account that is let in or kept out. */
export type Standing = 'enabled' | 'disabled'

/** Keeps a client out, or lets it in again; within seconds, on every server. Raises `not_found`, `would_lock_out`. */
export async function setClientStanding(
  deps: ChangeClientDeps,
  source: AuditSource,
  input: { readonly clientId: string; readonly standing: Standing },
): Promise<void> {
  const { id, accountId, name, disabledAt } = await requireClient(deps.clients, input.clientId)
  if (input.standing === 'disabled') refuseLockOut(source, { clientId: id }, 'You would disable yourself')
  // Disabling twice must not say that it began later.
  if ((disabledAt !== null) === (input.standing === 'disabled')) return
  const at = deps.clock.now()
  const changed = await deps.clients.changeClient(
    id,
    { disabledAt: input.standing === 'disabled' ? at : null },
    { ...source, at, action: `client.${input.standing}`, objectId: id, accountId, detail: { name } },
  )
  if (!changed) noClient(id)
}

/**
 * Gives a client other roles. One that is taken away ends within seconds; one that is added comes with the next token.
 * Raises `not_found`, `would_lock_out`.
 */
export async function setClientRoles(
  deps: ChangeClientDeps,
  source: AuditSource,
  input: { readonly clientId: string; readonly roles: readonly Role[] },
): Promise<void> {
  const { id, accountId, roles: before } = await requireClient(deps.clients, input.clientId)
  if (before.toSorted().join() === input.roles.toSorted().join()) return
  if (!input.roles.includes('Admin')) {
    refuseLockOut(source, { clientId: id }, 'You would take the role Admin from yourself')
  }
  const at = deps.clock.now()
  const detail = { before, after: input.roles }
  const changed = await deps.clients.changeClient(
    id,
    { roles: input.roles },
    { ...source, at, action: 'client.roles_changed', objectId: id, accountId, detail },
  )
  if (!changed) noClient(id)
}

/** Gives a client another name. Raises `not_found`. */
export async function renameClient(
  deps: ChangeClientDeps,
  source: AuditSource,
  input: { readonly clientId: string; readonly name: string },
): Promise<void> {
  const { id, accountId, name: before } = await requireClient(deps.clients, input.clientId)
  if (before === input.name) return
  const entry = { at: deps.clock.now(), objectId: id, accountId, detail: { before, after: input.name } }
  const changed = await deps.clients.changeClient(
    id,
    { name: input.name },
    { ...source, ...entry, action: 'client.renamed' },
  )
  if (!changed) noClient(id)
}

/** Gives an account another name. Raises `not_found`. */
export async function renameAccount(
  deps: ChangeClientDeps,
  source: AuditSource,
  input: { readonly accountId: string; readonly name: string },
): Promise<void> {
  const { accountId } = input
  const { name: before } = await requireAccount(deps.clients, accountId)
  if (before === input.name) return
  const entry = { at: deps.clock.now(), objectId: accountId, accountId, detail: { before, after: input.name } }
  await deps.clients.changeAccount(accountId, { name: input.name }, { ...source, ...entry, action: 'account.renamed' })
}

/** Keeps all clients of an account out, or lets them in again. Raises `not_found`, `would_lock_out`. */
export async function setAccountStanding(
  deps: ChangeClientDeps,
  source: AuditSource,
  input: { readonly accountId: string; readonly standing: Standing },
): Promise<void> {
  const { accountId, standing } = input
  const account = await requireAccount(deps.clients, accountId)
  if (standing === 'disabled') refuseLockOut(source, { accountId }, 'You would disable your own account')
  if ((account.disabledAt !== null) === (standing === 'disabled')) return
  const at = deps.clock.now()
  await deps.clients.changeAccount(
    accountId,
    { disabledAt: standing === 'disabled' ? at : null },
    {
      ...source,
      at,
      action: `account.${standing}`,
      objectId: accountId,
      accountId,
      detail: { name: account.name },
    },
  )
}

/** The account of this id. Raises `not_found`. */
export async function requireAccount(clients: Pick<ClientStore, 'findAccount'>, accountId: string): Promise<Account> {
  const account = await clients.findAccount(accountId)
  if (account !== undefined) return account
  throw new AppError('not_found', { sentence: 'No item found with given filters. There is no such account.' })
}
