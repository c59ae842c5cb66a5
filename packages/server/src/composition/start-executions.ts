import { isAccountDisabled } from '../access/is-account-disabled.ts'
import { createTurns } from '../executions/turns.ts'
import { startWorker, type Worker } from '../executions/worker.ts'
import type { House } from './house.ts'

/** With a lease of at most 25 s, a dead worker's execution is taken over within 30 s. */
export const lookEverySeconds = 5

/** Starts what runs executions; null where another process does. `deliveryOwed` hears of each callback that is to be sent. */
export function startExecutions(house: House, deliveryOwed: () => void): Worker | null {
  const { settings, stores, catalog, data, engine, blobs, clock, random, newId, events, room } = house
  if (!house.does('worker')) return null
  return startWorker(
    {
      executions: stores.executions,
      blobs: blobs.store,
      catalog,
      data,
      engine,
      clock,
      random,
      newId,
      events,
      workerId: house.processId,
      leaseSeconds: settings.leaseSeconds,
      turns: createTurns(),
      exportTimeoutSeconds: settings.limits.exportTimeoutSeconds,
      room,
      slots: settings.engine.exportProcesses,
      lookEverySeconds,
      deliveryOwed,
      isAccountDisabled: (accountId) => isAccountDisabled(stores.clients, accountId),
    },
    house.stopping,
  )
}
