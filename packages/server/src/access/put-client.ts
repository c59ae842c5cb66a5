import { AppError } from '../kernel/app-error.ts'
import type { AuditSource } from '../kernel/audit-entry.ts'
import type { Role } from './caller.ts'
import { renameClient, setClientRoles, setClientStanding } from './change-client.ts'
import type { Client } from './client.ts'
import { registerClient, type CreateClientDeps, type CreateClientInput } from './create-client.ts'
import { requireKnownAccount } from './put-account.ts'
import { requireClient } from './require-client.ts'
import { requireName } from './require-name.ts'

export interface PutClientInput {
  readonly clientId: string
  readonly accountId: string
  readonly name: string
  readonly roles: readonly Role[]
  /** Null: as it is. */
  readonly isDisabled: boolean | null
}

export interface PutClient {
  readonly client: Client
  /** Whether it was made just now. */
  readonly isNew: boolean
}

/**
 * Registers a client under an id of the caller's choice, without a secret, or changes the one that has it. The same again
 * changes nothing. Raises `invalid_request`, `would_lock_out`.
 */
export async function putClient(
  deps: CreateClientDeps,
  source: AuditSource,
  { clientId, accountId, name, roles, isDisabled }: PutClientInput,
): Promise<PutClient> {
  requireName('Name', name)
  const isNew = await registerIfNew(deps, source, { id: clientId, accountId, name, roles: sorted(roles) })
  if (!isNew) {
    const known = await requireClient(deps.clients, clientId)
    if (known.accountId !== accountId) throw staysWithItsAccount(known)
  }
  // First what may be refused, so that a request is honoured whole or not at all.
  if (isDisabled !== null) {
    await setClientStanding(deps, source, { clientId, standing: isDisabled ? 'disabled' : 'enabled' })
  }
  if (!isNew) {
    await setClientRoles(deps, source, { clientId, roles: sorted(roles) })
    await renameClient(deps, source, { clientId, name })
  }
  return { client: await requireClient(deps.clients, clientId), isNew }
}

/** False: there is such a client already, or somebody else was faster. */
async function registerIfNew(
  deps: CreateClientDeps,
  source: AuditSource,
  input: CreateClientInput & { readonly id: string },
): Promise<boolean> {
  const isKnown = async () => (await deps.clients.findClient(input.id)) !== undefined
  if (await isKnown()) return false
  requireClientId(input.id)
  await requireKnownAccount(deps.clients, input.accountId)
  try {
    await registerClient(deps, source, input)
    return true
  } catch (error) {
    if (await isKnown()) return false
    throw error
  }
}

/** It stands in tokens, links, addresses and logs. Raises `invalid_request`. */
function requireClientId(clientId: string): void {
  if (/^[a-z\d][\w.-]{0,99}$/i.test(clientId)) return
  throw new AppError('invalid_request', {
    sentence:
      'clientId must have 1 to 100 letters, digits, dots, low lines and hyphens, and begin with a letter or digit',
    field: 'clientId',
  })
}

function staysWithItsAccount({ id, accountId }: Client): AppError {
  return new AppError('invalid_request', {
    sentence: `The client ${id} belongs to the account ${JSON.stringify(accountId)}, and stays with it. Register another one`,
    field: 'AccountId',
  })
}

function sorted(roles: readonly Role[]): readonly Role[] {
  return [...new Set(roles)].toSorted()
}
