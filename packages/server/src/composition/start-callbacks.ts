import { isAccountDisabled } from '../access/is-account-disabled.ts'
import { startCourier } from '../callbacks/courier.ts'
import { createAddressGuard } from '../callbacks/guard-address.ts'
import { createSender, systemResolve } from '../callbacks/send-request.ts'
import type { DueLoop } from '../kernel/due-loop.ts'
import type { House } from './house.ts'
import { lookEverySeconds } from './start-executions.ts'

// Requests of callbacks that are under way at once: a slow receiver must not hold up the others.
const courierSlots = 8
// Well above the time that one attempt may take, so that no two couriers send the same callback.
const courierLeaseSlackSeconds = 45

/** Starts what sends callbacks; null where another process does. */
export function startCallbacks(house: House): DueLoop | null {
  const { settings, stores, clock, random, events, newId, processId, stopping } = house
  if (!house.does('callbacks')) return null
  const { allowedHosts, allowHttp, timeoutSeconds } = settings.callbacks
  return startCourier(
    {
      deliveries: stores.deliveries,
      isAccountDisabled: (accountId) => isAccountDisabled(stores.clients, accountId),
      webhookSecretOf: async (clientId) => (await stores.clients.findClient(clientId))?.webhookSecret,
      send: createSender({
        clock,
        guard: createAddressGuard(allowedHosts),
        resolve: systemResolve,
        allowHttp,
        timeoutSeconds,
      }),
      clock,
      random,
      events,
      newId,
      courierId: processId,
      slots: courierSlots,
      leaseSeconds: timeoutSeconds + courierLeaseSlackSeconds,
      lookEverySeconds,
    },
    stopping,
  )
}
