import { AppError } from '../kernel/app-error.ts'
import type { Client } from './client.ts'
import type { ClientStore } from './client-store.ts'

/** The client of this id. Raises `not_found`. */
export async function requireClient(clients: Pick<ClientStore, 'findClient'>, clientId: string): Promise<Client> {
  return (await clients.findClient(clientId)) ?? noClient(clientId)
}

export function noClient(clientId: string): never {
  throw new AppError('not_found', {
    sentence: `No item found with given filters. There is no client ${JSON.stringify(clientId.slice(0, 100))}.`,
  })
}
