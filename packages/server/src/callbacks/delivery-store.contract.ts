import { describe, expect, test } from 'vitest'
import { anArtifact } from '../artifacts/testing/an-artifact.ts'
import { midnight, once, storeReport } from '../executions/testing/a-report.ts'
import { hourMs } from '../kernel/hours.ts'
import type { LeaseRequest } from '../kernel/lease.ts'
import { useTestDatabase } from '../stores/testing/test-database.ts'
import type { MakeTestDatabase } from '../stores/testing/test-database.ts'
import type { DeliveryStore } from './delivery-store.ts'
import type { CallbackDelivery, ClaimedDelivery, DeliveryAttempt, DeliveryVerdict } from './delivery.ts'
import { aDelivery } from './testing/a-delivery.ts'

const leaseMs = 60_000

function lease(token: string, now: number): LeaseRequest {
  return { token, owner: `owner of ${token}`, now, expiresAt: now + leaseMs }
}

function anAttempt(change: Partial<DeliveryAttempt> = {}): DeliveryAttempt {
  return { startedAt: midnight, durationMs: 120, responseStatus: 503, error: 'The answer was 503.', ...change }
}

const verdicts = {
  delivered: { kind: 'delivered' },
  failed: { kind: 'failed' },
  retry: { kind: 'retry', dueAt: midnight + hourMs },
} satisfies Record<string, DeliveryVerdict>

/** A request that asks for a delivery again. */
const again = { id: 'request-1', now: midnight + 7 }

/** What every delivery store does. */
export function deliveryStoreContract(name: string, makeDatabase: MakeTestDatabase): void {
  describe(`a delivery store (${name})`, () => {
    const database = useTestDatabase(makeDatabase)
    const deliveries = (): DeliveryStore => database.stores.deliveries

    /** A delivery that a completed execution of a report of its own owes, due at `dueAt`. */
    async function owe(id: string, dueAt = midnight): Promise<CallbackDelivery> {
      const report = await storeReport(database.stores.reports, { id: `report of ${id}`, schedule: once(midnight) })
      const { lease: _, ...delivery } = aDelivery({ id, reportId: report.id, executionId: `${report.id}.0`, dueAt })
      const token = `run for ${id}`
      const run = await database.stores.executions.claimDue(lease(token, midnight), () => undefined)
      if (run?.id !== delivery.executionId) throw new Error('another execution was due')
      const artifact = anArtifact({ id: `file of ${id}`, executionId: run.id, reportId: report.id })
      await database.stores.executions.complete(run.id, token, { finishedAt: midnight, artifact, delivery })
      return delivery
    }

    async function take(token: string, now: number): Promise<ClaimedDelivery> {
      const claimed = await deliveries().claimDue(lease(token, now))
      if (claimed === undefined) throw new Error('nothing to claim')
      return claimed
    }

    async function found({ executionId }: CallbackDelivery): Promise<CallbackDelivery | undefined> {
      const [first] = await deliveries().find('account-1', executionId)
      return first
    }

    test('claims a delivery that is due, from its very instant on, with the bytes that were given', async () => {
      const delivery = await owe('d-1', midnight + 5)
      expect(await deliveries().claimDue(lease('early', midnight + 4))).toBeUndefined()
      expect(await deliveries().nextDueAt()).toBe(midnight + 5)
      expect(await deliveries().claimDue(lease('a', midnight + 5))).toEqual({
        ...delivery,
        lease: { token: 'a', owner: 'owner of a', expiresAt: midnight + 5 + leaseMs },
      })
    })

    test('claims nothing when nothing is owed', async () => {
      expect(await deliveries().claimDue(lease('a', midnight))).toBeUndefined()
      expect(await deliveries().nextDueAt()).toBeUndefined()
    })

    test('claims first what has been due longest', async () => {
      await owe('later', midnight + 2)
      await owe('first', midnight + 1)
      expect([(await take('a', midnight + 9)).id, (await take('b', midnight + 9)).id]).toEqual(['first', 'later'])
    })

    test('claims a delivery again when its lease has ended, and it is still due when it was', async () => {
      const delivery = await owe('d-1')
      await take('a', midnight)
      expect(await deliveries().claimDue(lease('b', midnight + leaseMs - 1))).toBeUndefined()
      expect(await deliveries().nextDueAt()).toBe(midnight + leaseMs)
      expect(await take('b', midnight + leaseMs)).toMatchObject({ ...delivery, lease: { token: 'b' } })
    })

    test('claims each delivery once, by however many at once over two connections', async () => {
      const other = (await database.connectAgain()).deliveries
      for (let index = 0; index < 8; index += 1) await owe(`d-${index}`)
      const claims = await Promise.all(
        Array.from({ length: 14 }, (_, index) =>
          (index % 2 === 0 ? deliveries() : other).claimDue(lease(`lease-${index}`, midnight)),
        ),
      )
      const ids = claims.flatMap((claimed) => (claimed === undefined ? [] : [claimed.id]))
      expect([ids.length, new Set(ids).size]).toEqual([8, 8])
    })

    test('records an attempt that failed, and comes back when it is told to', async () => {
      const delivery = await owe('d-1')
      await take('a', midnight)
      expect(await deliveries().recordAttempt('d-1', 'a', anAttempt(), verdicts.retry)).toBe(true)
      expect(await found(delivery)).toEqual({ ...delivery, attempts: 1, dueAt: midnight + hourMs })
      expect(await deliveries().nextDueAt()).toBe(midnight + hourMs)
      expect(await deliveries().claimDue(lease('b', midnight + hourMs - 1))).toBeUndefined()
      expect(await take('b', midnight + hourMs)).toMatchObject({ id: 'd-1', attempts: 1 })
    })

    test.each(['delivered', 'failed'] as const)('is done with a delivery that has %s', async (kind) => {
      const delivery = await owe('d-1')
      await take('a', midnight)
      expect(await deliveries().recordAttempt('d-1', 'a', anAttempt(), verdicts[kind])).toBe(true)
      expect(await found(delivery)).toEqual({ ...delivery, status: kind, attempts: 1 })
      expect(await deliveries().nextDueAt()).toBeUndefined()
      expect(await deliveries().claimDue(lease('b', midnight + 99 * hourMs))).toBeUndefined()
    })

    test('keeps every attempt, oldest first', async () => {
      await owe('d-1')
      const attempts = [
        anAttempt(),
        anAttempt({ startedAt: midnight + hourMs, responseStatus: null, error: 'No answer came within 15 s.' }),
        anAttempt({ startedAt: midnight + 2 * hourMs, responseStatus: 204, error: null, durationMs: 0 }),
      ]
      for (const [index, attempt] of attempts.entries()) {
        await take(`lease-${index}`, midnight + index * hourMs)
        const verdict = index < 2 ? { kind: 'retry', dueAt: midnight + (index + 1) * hourMs } : { kind: 'delivered' }
        await deliveries().recordAttempt('d-1', `lease-${index}`, attempt, verdict as DeliveryVerdict)
      }
      expect(await deliveries().listAttempts('account-1', 'd-1')).toEqual(attempts)
    })

    test.each(Object.entries(verdicts))('a courier that lost its lease records nothing (%s)', async (_, verdict) => {
      const delivery = await owe('d-1')
      await take('a', midnight)
      await take('b', midnight + leaseMs)
      const before = [await found(delivery), await deliveries().nextDueAt()]
      expect(await deliveries().recordAttempt('d-1', 'a', anAttempt(), verdict)).toBe(false)
      expect(await deliveries().recordAttempt('unknown', 'a', anAttempt(), verdict)).toBe(false)
      expect([await found(delivery), await deliveries().nextDueAt()]).toEqual(before)
      expect(await deliveries().listAttempts('account-1', 'd-1')).toEqual([])
      expect(await deliveries().recordAttempt('d-1', 'b', anAttempt(), verdict)).toBe(true)
      expect(await deliveries().recordAttempt('d-1', 'b', anAttempt(), verdict)).toBe(false)
      expect(await deliveries().listAttempts('account-1', 'd-1')).toHaveLength(1)
    })

    test('lists the deliveries of a report, or of one execution, with their attempts', async () => {
      const delivery = await owe('d-1')
      await owe('d-2')
      await take('a', midnight)
      await deliveries().recordAttempt('d-1', 'a', anAttempt(), verdicts.retry)
      const { reportId, executionId } = delivery
      const listed = [
        {
          ...delivery,
          attempts: 1,
          dueAt: verdicts.retry.dueAt,
          history: [anAttempt()],
        },
      ]
      expect(await deliveries().list('account-1', { reportId, executionId: null }, 10)).toEqual(listed)
      expect(await deliveries().list('account-1', { reportId, executionId }, 10)).toEqual(listed)
      expect(await deliveries().list('account-1', { reportId, executionId: 'another' }, 10)).toEqual([])
      expect(await deliveries().list('account-1', { reportId, executionId: null }, 0)).toEqual([])
      expect(await deliveries().list('account-2', { reportId, executionId: null }, 10)).toEqual([])
    })

    test.each(Object.entries(verdicts))(
      'sends again what has ended as %s, and keeps its attempts',
      async (_, verdict) => {
        const delivery = await owe('d-1')
        await take('a', midnight)
        await deliveries().recordAttempt('d-1', 'a', anAttempt(), verdict)
        await deliveries().sendAgain('account-2', 'd-1', again)
        expect(await deliveries().claimDue(lease('b', midnight + 7))).toBeUndefined()
        await deliveries().sendAgain('account-1', 'd-1', again)
        expect(await deliveries().findOne('account-1', 'd-1')).toMatchObject({ status: 'waiting', dueAt: midnight + 7 })
        expect(await deliveries().claimDue(lease('b', midnight + 7))).toMatchObject({ id: 'd-1', attempts: 1 })
        await deliveries().recordAttempt('d-1', 'b', anAttempt({ startedAt: midnight + 7 }), verdicts.delivered)
        expect(await found(delivery)).toMatchObject({ status: 'delivered', attempts: 2 })
        expect(await deliveries().listAttempts('account-1', 'd-1')).toHaveLength(2)
      },
    )

    test('notes which request had a delivery sent again, for its report and for the request', async () => {
      const { executionId, reportId } = await owe('d-1')
      const stores = database.stores
      expect(await deliveries().wasSentAgain('account-1', 'd-1', 'request-1')).toBe(false)
      await deliveries().sendAgain('account-1', 'd-1', again)
      expect(await deliveries().wasSentAgain('account-1', 'd-1', 'request-1')).toBe(true)
      for (const [account, delivery, request] of [
        ['account-2', 'd-1', 'request-1'],
        ['account-1', 'd-2', 'request-1'],
        ['account-1', 'd-1', 'request-2'],
      ] as const) {
        expect(await deliveries().wasSentAgain(account, delivery, request)).toBe(false)
      }
      const [event] =
        (await stores.reports.events('account-1', 'cmp', reportId, { fromAt: null, toAt: null, limit: 1 })) ?? []
      const detail = 'Callback d-1, asked for by request request-1.'
      expect(event).toEqual({ at: midnight + 7, kind: 'callback_sent_again', executionId, scheduledAt: null, detail })
    })

    test('leaves a delivery that is being sent to its courier', async () => {
      await owe('d-1')
      await take('a', midnight)
      await deliveries().sendAgain('account-1', 'd-1', again)
      expect(await deliveries().claimDue(lease('b', midnight + 7))).toBeUndefined()
      expect(await deliveries().wasSentAgain('account-1', 'd-1', 'request-1')).toBe(false)
      expect(await deliveries().recordAttempt('d-1', 'a', anAttempt(), verdicts.delivered)).toBe(true)
      expect(await deliveries().findOne('account-2', 'd-1')).toBeUndefined()
    })

    test('shows nothing to another account', async () => {
      const delivery = await owe('d-1')
      await take('a', midnight)
      await deliveries().recordAttempt('d-1', 'a', anAttempt(), verdicts.retry)
      expect(await deliveries().find('account-2', delivery.executionId)).toEqual([])
      expect(await deliveries().listAttempts('account-2', 'd-1')).toEqual([])
    })
  })
}
