import type { ObjectStore } from '../remote/object-store.ts'
import { reach } from '../remote/reach.ts'
import type { AzureLogin } from './azure-login.ts'
import { createAzureObjects } from './create-azure-objects.ts'
import { openAzureService } from './open-azure-service.ts'

export interface AzurePlace {
  readonly container: string
  readonly login: AzureLogin
}

const startMs = 10_000

/**
 * Blobs of a container, which is made if it isn't there and we may. That the service is away now is no reason not to
 * start: readiness says so, and it may come back.
 */
export async function openAzureObjects({ container, login }: AzurePlace): Promise<ObjectStore> {
  const service = await openAzureService(login)
  const make = (abortSignal: AbortSignal): Promise<unknown> =>
    service.getContainerClient(container).createIfNotExists({ abortSignal })
  await reach('make the container', startMs, make).catch(() => undefined)
  return createAzureObjects(service, container)
}
