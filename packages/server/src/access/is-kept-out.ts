import { isDisabled } from './client.ts'
import type { ClientStore } from './client-store.ts'

/** Whether a client is known and disabled, by itself or with its account. One of another issuer is not known here. */
export async function isKeptOut(clients: Pick<ClientStore, 'findClient'>, clientId: string): Promise<boolean> {
  const client = await clients.findClient(clientId)
  return client !== undefined && isDisabled(client)
}
