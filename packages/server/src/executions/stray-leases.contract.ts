import { describe, expect, test } from 'vitest'
import { anArtifact } from '../artifacts/testing/an-artifact.ts'
import { aDelivery } from '../callbacks/testing/a-delivery.ts'
import { hourMs, minuteMs, secondMs } from '../kernel/hours.ts'
import type { LeaseRequest } from '../kernel/lease.ts'
import { useTestDatabase } from '../stores/testing/test-database.ts'
import type { MakeTestDatabase } from '../stores/testing/test-database.ts'
import { midnight, once, storeReport } from './testing/a-report.ts'

const lease = (token: string, now: number): LeaseRequest => ({
  token,
  owner: 'worker',
  now,
  expiresAt: now + 20 * secondMs,
})
const failure = { code: 'timeout', message: 'It took too long.' } as const
const end = (now: number): [now: number, latestEndAt: number] => [now, now + 5 * minuteMs]

/** What every adapter of stray leases does. */
export function strayLeasesContract(name: string, makeDatabase: MakeTestDatabase): void {
  describe(`stray leases (${name})`, () => {
    const database = useTestDatabase(makeDatabase)

    async function claim(token: string, now: number): Promise<string | undefined> {
      return (await database.stores.executions.claimDue(lease(token, now), () => undefined))?.id
    }

    test('a run whose lease ends an hour from now is claimable, and the lease is worth nothing any more', async () => {
      const { executions, reports, strayLeases } = database.stores
      await storeReport(reports, { schedule: once(midnight) })
      await claim('before', midnight)
      const back = midnight - hourMs
      expect(await claim('too soon', back)).toBeUndefined()
      expect(await strayLeases.end(...end(back))).toBe(1)
      expect(await executions.renewLease('report-1.0', 'before', back)).toBe(false)
      expect(await claim('after', back)).toBe('report-1.0')
      expect(await strayLeases.end(...end(back))).toBe(0)
    })

    test('so is one that waits for its next try', async () => {
      const { executions, reports, strayLeases } = database.stores
      await storeReport(reports, { schedule: once(midnight) })
      await claim('before', midnight)
      await executions.retryAt('report-1.0', 'before', { at: midnight, retryAt: midnight + minuteMs, failure })
      expect(await strayLeases.end(...end(midnight - hourMs))).toBe(1)
      expect(await claim('after', midnight - hourMs)).toBe('report-1.0')
    })

    test('leases and pauses of this time, and what waits for a time to come, stay as they are', async () => {
      const { executions, reports, strayLeases } = database.stores
      for (const id of ['runs', 'pauses']) await storeReport(reports, { id, schedule: once(midnight) })
      await storeReport(reports, { id: 'future', schedule: once(midnight + hourMs) })
      for (const token of ['a', 'b']) await claim(token, midnight)
      await executions.retryAt('pauses.0', 'a', { at: midnight, retryAt: midnight + minuteMs, failure })
      expect(await strayLeases.end(...end(midnight))).toBe(0)
      expect(await executions.renewLease('runs.0', 'b', midnight + 1)).toBe(true)
    })

    test('a callback that someone was at is sent again; one that waits hours for its next attempt waits on', async () => {
      const { deliveries, executions, reports, strayLeases } = database.stores
      for (const id of ['report-1', 'report-2']) {
        await storeReport(reports, { id, schedule: once(midnight) })
        const executionId = await claim(id, midnight)
        await executions.complete(`${id}.0`, id, {
          finishedAt: midnight,
          artifact: anArtifact({ id, executionId: `${id}.0` }),
          delivery: aDelivery({ id, executionId: executionId ?? '', dueAt: midnight }),
        })
      }
      await deliveries.claimDue(lease('first', midnight))
      const second = await deliveries.claimDue(lease('second', midnight))
      const attempt = { startedAt: midnight, durationMs: 1, responseStatus: 500, error: 'No.' }
      const verdict = { kind: 'retry', dueAt: midnight + hourMs } as const
      await deliveries.recordAttempt(second?.id ?? '', 'second', attempt, verdict)
      const back = midnight - hourMs
      expect(await strayLeases.end(...end(back))).toBe(1)
      expect((await deliveries.claimDue(lease('third', back)))?.id).not.toBe(second?.id)
      expect(await deliveries.claimDue(lease('fourth', back))).toBeUndefined()
    })
  })
}
