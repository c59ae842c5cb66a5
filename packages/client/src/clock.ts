import type { DoOnce } from './do-once.ts'
import { onlyItem } from './only-item.ts'
import type { Transport } from './transport.ts'
import type { ClockReading } from './wire-types.ts'

/** Almanac's own: the real service has no clock to move. Needs the role `Admin`. */
export interface ServerClock {
  /** What the server takes for now. */
  read(options?: { readonly signal?: AbortSignal }): Promise<ClockReading>
  /** Moves the clock forward; what falls due on the way happens before this resolves, and the answer tells of it. */
  move(how: { readonly to: string } | { readonly bySeconds: number }, options?: DoOnce): Promise<ClockReading>
}

const path = '/admin/clock'

export function createServerClock(transport: Transport): ServerClock {
  return {
    async read({ signal } = {}) {
      return onlyItem(await transport.call({ method: 'GET', path, signal })) as ClockReading
    },
    async move(how, { idempotencyKey, signal } = {}) {
      const body = 'to' in how ? { MoveTo: how.to } : { MoveBySeconds: how.bySeconds }
      return onlyItem(await transport.call({ method: 'POST', path, body, idempotencyKey, signal })) as ClockReading
    },
  }
}
