import { AppError } from '../kernel/app-error.ts'
import type { AuditSource } from '../kernel/audit-entry.ts'
import type { UserDeps } from './add-user.ts'
import { userName } from './client-user.ts'
import { requireClient } from './require-client.ts'

/** Ends what a user stays logged in by; tokens that were issued live on for their hour. Raises `not_found`. */
export async function removeUser(
  deps: UserDeps,
  source: AuditSource,
  input: { readonly clientId: string; readonly name: string },
): Promise<void> {
  const client = await requireClient(deps.clients, input.clientId)
  const name = userName(input.name)
  const user = (await deps.users.listUsers(client.id)).find((candidate) => candidate.name === name)
  const removed =
    user !== undefined &&
    (await deps.users.removeUser(client.id, name, {
      ...source,
      at: deps.clock.now(),
      action: 'user.removed',
      objectId: user.id,
      accountId: client.accountId,
      detail: { clientId: client.id, name },
    }))
  if (!removed) throw new AppError('not_found', { sentence: 'No item found with given filters. No such user.' })
}
