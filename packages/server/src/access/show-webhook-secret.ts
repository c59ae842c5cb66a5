import type { AuditSource } from '../kernel/audit-entry.ts'
import type { Clock } from '../kernel/clock.ts'
import type { AuditLog } from './audit-log.ts'
import type { ClientStore } from './client-store.ts'
import { requireClient } from './require-client.ts'

export interface ShowWebhookSecretDeps {
  readonly clients: Pick<ClientStore, 'findClient'>
  readonly audit: Pick<AuditLog, 'append'>
  readonly clock: Clock
}

/**
 * What a client's callbacks are signed with. Whoever has it can sign as this server does, so that it was shown is told
 * before it is: what can't be told is not shown. Raises `not_found`.
 */
export async function showWebhookSecret(
  { clients, audit, clock }: ShowWebhookSecretDeps,
  source: AuditSource,
  { clientId }: { readonly clientId: string },
): Promise<string> {
  const { id, accountId, name, webhookSecret } = await requireClient(clients, clientId)
  const entry = { at: clock.now(), objectId: id, accountId, detail: { name } }
  await audit.append({ ...source, ...entry, action: 'client.webhook_secret_shown' })
  return webhookSecret
}
