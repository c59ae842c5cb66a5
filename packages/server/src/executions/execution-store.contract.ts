import { describe, expect, test } from 'vitest'
import { anArtifact } from '../artifacts/testing/an-artifact.ts'
import { aDelivery } from '../callbacks/testing/a-delivery.ts'
import { dayMs, hourMs } from '../kernel/hours.ts'
import type { LeaseRequest } from '../kernel/lease.ts'
import { useTestDatabase } from '../stores/testing/test-database.ts'
import type { MakeTestDatabase } from '../stores/testing/test-database.ts'
import type { ExecutionFilter, ExecutionStore, NextOccurrence } from './execution-store.ts'
import type { ClaimedExecution, ExecutionStatus, Failure } from './execution.ts'
import { executionStates, type ExecutionEvent } from './states.ts'
import { daily, midnight, once, storeReport } from './testing/a-report.ts'
import type { Report } from '../reports/report.ts'

const leaseMs = 30_000
const failure: Failure = { code: 'timeout', message: 'The report took longer than 60 s.' }

function lease(token: string, now: number): LeaseRequest {
  return { token, owner: `owner of ${token}`, now, expiresAt: now + leaseMs }
}

/** Every day, without end. */
function nextDay(report: Report, occurrence: number): NextOccurrence {
  const next = occurrence + 1
  return { executionId: `${report.id}.${next}`, occurrence: next, scheduledAt: midnight + next * dayMs }
}

const none = () => undefined

/** What every execution store does. */
export function executionStoreContract(name: string, makeDatabase: MakeTestDatabase): void {
  describe(`an execution store (${name})`, () => {
    const database = useTestDatabase(makeDatabase)
    const executions = (): ExecutionStore => database.stores.executions
    const store = (change: Partial<Report> = {}) => storeReport(database.stores.reports, change)
    const findReport = (id = 'report-1') => database.stores.reports.find('account-1', 'cmp', id)

    async function claim(token: string, now: number, following: typeof nextDay | typeof none = nextDay) {
      return executions().claimDue(lease(token, now), following)
    }

    /** A claim that has to find something. */
    async function take(
      token: string,
      now: number,
      following?: typeof nextDay | typeof none,
    ): Promise<ClaimedExecution> {
      const claimed = await claim(token, now, following)
      if (claimed === undefined) throw new Error('nothing to claim')
      return claimed
    }

    function completeWith(token: string, executionId = 'report-1.0', finishedAt = midnight + 5_000) {
      const ids = { id: `file of ${executionId}`, executionId }
      return executions().complete(executionId, token, {
        finishedAt,
        artifact: anArtifact(ids),
        delivery: aDelivery({ id: `callback of ${executionId}`, executionId, dueAt: finishedAt }),
      })
    }

    const everything: ExecutionFilter = { reportIds: ['report-1'], latestOnly: false }
    const listAll = (filter: Partial<ExecutionFilter> = {}, accountId = 'account-1', program = 'cmp') =>
      executions().list(accountId, program, { ...everything, ...filter })
    const idsOf = async (filter: Partial<ExecutionFilter>) => (await listAll(filter)).map(({ id }) => id)

    describe('companions of a claimed execution', () => {
      const of = (id: string, change: Partial<Report> = {}) =>
        store({ id, accountId: `account of ${id}`, clientId: id, ...change })
      const companions = async (limit = 100) => {
        const count = await executions().countCompanions('report-1.0', limit)
        const claimed = await executions().claimCompanions('report-1.0', lease('b', midnight), limit, nextDay)
        expect(claimed).toHaveLength(count)
        return claimed.map(({ id }) => id)
      }

      test('are those of other accounts that wait for the same instant with the same query, each claimed once', async () => {
        await store()
        await of('report-2')
        await of('report-3')
        await of('own', { accountId: 'account-1' })
        await of('later', { schedule: daily(midnight + 1) })
        await of('earlier', { schedule: daily(midnight - 1) })
        await of('other-query', { queryText: 'SELECT OrderId FROM Orders TIMESPAN LAST_MONTH' })
        await of('other-program', { program: 'mpn' })
        await of('run-once', { schedule: once(midnight) })
        await of('paused', { status: 'Paused' })
        const earlier = await take('0', midnight - 1)
        expect(earlier.id).toBe('earlier.0')
        for (;;) if ((await take('a', midnight)).id === 'report-1.0') break
        expect(await executions().countCompanions('report-1.0', 1)).toBe(1)
        expect(await companions()).toEqual(['report-2.0', 'report-3.0'])
        expect(await companions()).toEqual([])
      })

      test('are one of each account: more than a turn would keep the others waiting', async () => {
        await store()
        for (const id of ['x-1', 'x-2', 'x-3']) await of(id, { accountId: 'x' })
        await of('y-1', { accountId: 'y' })
        await take('a', midnight)
        expect(await executions().countCompanions('report-1.0', 1)).toBe(1)
        expect(await companions()).toEqual(['x-1.0', 'y-1.0'])
        expect(await companions()).toEqual(['x-2.0'])
      })

      test('are under their lease, begun, and followed by their next occurrence', async () => {
        await store()
        await of('report-2')
        await take('a', midnight)
        const [companion] = await executions().claimCompanions('report-1.0', lease('b', midnight), 100, nextDay)
        expect(companion).toMatchObject({ id: 'report-2.0', status: 'Running', attempts: 1, lease: { token: 'b' } })
        expect(companion?.report.queryText).toBe('SELECT OrderDate, OrderId FROM Orders TIMESPAN LAST_MONTH')
        expect(await completeWith('a', 'report-2.0')).toBe(false)
        expect(await completeWith('b', 'report-2.0')).toBe(true)
        expect(await completeWith('a')).toBe(true)
        const next = [await take('c', midnight + dayMs), await take('d', midnight + dayMs)]
        expect(next.map(({ id }) => id)).toEqual(['report-1.1', 'report-2.1'])
      })

      test('are not those of a report that runs, or of an execution that was never made', async () => {
        await store()
        await of('report-2', { schedule: daily(midnight - 1) })
        // Its occurrence before runs still when that of midnight is due.
        const atMidnight = () => ({ executionId: 'report-2.1', occurrence: 1, scheduledAt: midnight })
        expect((await executions().claimDue(lease('old', midnight - 1), atMidnight))?.id).toBe('report-2.0')
        expect((await take('a', midnight, none)).id).toBe('report-1.0')
        expect(await companions()).toEqual([])
        expect(await executions().countCompanions('nobody', 9)).toBe(0)
      })
    })

    describe('claims', () => {
      test('what is due, from its very instant on, and says all that a worker needs', async () => {
        const report = await store()
        expect(await claim('early', midnight - 1)).toBeUndefined()
        expect(await claim('a', midnight)).toEqual({
          id: 'report-1.0',
          reportId: 'report-1',
          accountId: 'account-1',
          occurrence: 0,
          scheduledAt: midnight,
          status: 'Running',
          attempts: 1,
          failedTries: 0,
          startedAt: midnight,
          finishedAt: null,
          failure: null,
          report,
          lease: { token: 'a', owner: 'owner of a', expiresAt: midnight + leaseMs },
        })
      })

      test('nothing when there is nothing', async () => {
        expect(await claim('a', midnight)).toBeUndefined()
        expect(await executions().nextDueAt()).toBeUndefined()
      })

      test('an execution late with the reference time of its schedule', async () => {
        await store()
        const late = await take('a', midnight + 3 * hourMs)
        expect([late.scheduledAt, late.startedAt]).toEqual([midnight, midnight + 3 * hourMs])
      })

      test('an execution for the first time, and its following occurrence waits from then on', async () => {
        await store()
        await take('a', midnight)
        expect(await findReport()).toMatchObject({ startedCount: 1, nextExecutionAt: midnight + dayMs })
        expect(await listAll()).toMatchObject([
          { id: 'report-1.1', occurrence: 1, scheduledAt: midnight + dayMs, status: 'Pending', attempts: 0 },
          { id: 'report-1.0', occurrence: 0, scheduledAt: midnight, status: 'Running', attempts: 1 },
        ])
      })

      test('an execution whose lease has ended, and neither counts it nor stores what follows again', async () => {
        await store()
        await take('a', midnight)
        expect(await claim('b', midnight + leaseMs - 1)).toBeUndefined()
        const again = await take('b', midnight + leaseMs, () => {
          throw new Error('asked for what follows')
        })
        expect(again).toMatchObject({ id: 'report-1.0', attempts: 2, startedAt: midnight, lease: { token: 'b' } })
        expect(await findReport()).toMatchObject({ startedCount: 1, nextExecutionAt: midnight + dayMs })
        expect(await listAll()).toHaveLength(2)
      })

      test('passes over accounts that it is told to, and takes nothing when only they have something due', async () => {
        await store({ id: 'first', accountId: 'account-1', schedule: once(midnight) })
        await store({ id: 'second', accountId: 'account-1', schedule: once(midnight + 1) })
        await store({ id: 'third', accountId: 'account-2', schedule: once(midnight + 2) })
        const claim = async (token: string, passOver: readonly string[]) =>
          (
            await executions().claimDue(
              { token, owner: 'worker', now: midnight + 9, expiresAt: midnight + leaseMs, passOver },
              none,
            )
          )?.reportId
        expect(await claim('a', ['account-1'])).toBe('third')
        expect(await claim('b', ['account-1', 'account-2'])).toBeUndefined()
        expect(await claim('c', ['account-2'])).toBe('first')
        expect(await claim('d', [])).toBe('second')
      })

      test('first what has been due longest: waiting, to be tried again, or left by its worker', async () => {
        await store({ id: 'retried', schedule: once(midnight) })
        await store({ id: 'left', schedule: once(midnight + 1) })
        await store({ id: 'waiting', schedule: once(midnight + leaseMs + 10) })
        await executions().retryAt((await take('a', midnight, none)).id, 'a', {
          at: midnight,
          retryAt: midnight + leaseMs + 20,
          failure,
        })
        await take('b', midnight + 1, none)
        const order: string[] = []
        for (const token of ['c', 'd', 'e']) order.push((await take(token, midnight + dayMs, none)).reportId)
        expect(order).toEqual(['left', 'waiting', 'retried'])
      })

      test('no execution of a report while another of it runs or waits for its next try', async () => {
        await store()
        await take('a', midnight)
        const later = midnight + 2 * dayMs
        await executions().renewLease('report-1.0', 'a', later + 1)
        expect(await claim('b', later)).toBeUndefined()
        await executions().retryAt('report-1.0', 'a', { at: midnight, retryAt: later + hourMs, failure })
        expect(await claim('b', later)).toBeUndefined()
        expect((await take('b', later + hourMs)).id).toBe('report-1.0')
        expect(await completeWith('b')).toBe(true)
        expect((await take('c', later + hourMs)).id).toBe('report-1.1')
      })

      test('another report meanwhile', async () => {
        await store()
        await store({ id: 'report-2' })
        expect((await take('a', midnight)).reportId).toBe('report-1')
        expect((await take('b', midnight)).id).toBe('report-2.0')
      })

      test('nothing of a paused report', async () => {
        await store({ status: 'Paused' })
        expect(await listAll()).toMatchObject([{ status: 'Paused', scheduledAt: midnight }])
        expect(await claim('a', midnight + dayMs)).toBeUndefined()
        expect(await executions().nextDueAt()).toBeUndefined()
        expect((await findReport())?.nextExecutionAt).toBe(midnight)
      })

      test('an execution all the same when what follows it is stored already: no occurrence is stored twice', async () => {
        await store()
        const same = () => ({ executionId: 'twice', occurrence: 0, scheduledAt: midnight })
        expect((await take('a', midnight, same)).id).toBe('report-1.0')
        expect(await idsOf({})).toEqual(['report-1.0'])
      })

      test('nothing at all when what follows can not be said: no half of it stays', async () => {
        await store()
        const before = await listAll()
        const broken = () => {
          throw new Error('no calendar')
        }
        await expect(claim('a', midnight, broken)).rejects.toThrow('no calendar')
        expect(await listAll()).toEqual(before)
        expect((await take('b', midnight)).attempts).toBe(1)
      })

      test('each execution once, by however many at once over two connections', async () => {
        const other = (await database.connectAgain()).executions
        for (let index = 0; index < 12; index += 1) await store({ id: `report-${index}`, schedule: once(midnight) })
        const claims = await Promise.all(
          Array.from({ length: 20 }, (_, index) =>
            (index % 2 === 0 ? executions() : other).claimDue(lease(`lease-${index}`, midnight), none),
          ),
        )
        const ids = claims.flatMap((claimed) => (claimed === undefined ? [] : [claimed.id]))
        expect([ids.length, new Set(ids).size]).toEqual([12, 12])
      })
    })

    describe('says when to look next:', () => {
      test('when the first waits, a lease ends or a try is due', async () => {
        await store()
        expect(await executions().nextDueAt()).toBe(midnight)
        await take('a', midnight)
        expect(await executions().nextDueAt()).toBe(midnight + leaseMs)
        await executions().retryAt('report-1.0', 'a', { at: midnight, retryAt: midnight + hourMs, failure })
        expect(await executions().nextDueAt()).toBe(midnight + hourMs)
        await take('b', midnight + hourMs)
        await executions().fail('report-1.0', 'b', { finishedAt: midnight + hourMs, failure, delivery: null })
        expect(await executions().nextDueAt()).toBe(midnight + dayMs)
      })

      test('not now because of an execution that may not run before another ends', async () => {
        await store()
        await take('a', midnight)
        await executions().renewLease('report-1.0', 'a', midnight + 3 * dayMs)
        expect(await executions().nextDueAt()).toBe(midnight + 3 * dayMs)
      })
    })

    describe('for the holder of a lease', () => {
      test('renews it', async () => {
        await store()
        await take('a', midnight)
        expect(await executions().renewLease('report-1.0', 'a', midnight + hourMs)).toBe(true)
        expect(await claim('b', midnight + hourMs - 1)).toBeUndefined()
        expect((await take('b', midnight + hourMs)).id).toBe('report-1.0')
      })

      test('completes with the artifact and the callback that is owed', async () => {
        await store()
        await take('a', midnight)
        const artifact = anArtifact({ executionId: 'report-1.0' })
        const { lease: _, ...delivery } = aDelivery({ executionId: 'report-1.0', dueAt: midnight })
        expect(await executions().complete('report-1.0', 'a', { finishedAt: midnight + 9, artifact, delivery })).toBe(
          true,
        )
        expect(await listAll({ statuses: ['Completed'] })).toMatchObject([
          {
            id: 'report-1.0',
            status: 'Completed',
            finishedAt: midnight + 9,
            startedAt: midnight,
            failure: null,
            artifact,
          },
        ])
        expect(await database.stores.artifacts.findByExecution('account-1', 'report-1.0')).toEqual(artifact)
        expect(await database.stores.deliveries.find('account-1', 'report-1.0')).toEqual([delivery])
        expect((await findReport())?.status).toBe('Active')
      })

      test('completes without a callback', async () => {
        await store()
        await take('a', midnight)
        const artifact = anArtifact({ executionId: 'report-1.0' })
        expect(await executions().complete('report-1.0', 'a', { finishedAt: midnight, artifact, delivery: null })).toBe(
          true,
        )
        expect(await database.stores.deliveries.find('account-1', 'report-1.0')).toEqual([])
        expect(await database.stores.deliveries.nextDueAt()).toBeUndefined()
      })

      test('completes nothing when the artifact or the callback can not be stored', async () => {
        await store({ id: 'report-0', schedule: once(midnight - 1) })
        await take('first', midnight, none)
        await completeWith('first', 'report-0.0')
        await store()
        await take('a', midnight)
        const artifact = anArtifact({ id: 'new', executionId: 'report-1.0' })
        const takenArtifact = { ...artifact, id: 'file of report-0.0' }
        const takenDelivery = aDelivery({ id: 'callback of report-0.0', executionId: 'report-1.0' })
        for (const result of [
          { finishedAt: midnight, artifact: takenArtifact, delivery: null },
          { finishedAt: midnight, artifact, delivery: takenDelivery },
        ]) {
          await expect(executions().complete('report-1.0', 'a', result)).rejects.toBeInstanceOf(Error)
        }
        expect(await database.stores.artifacts.findByExecution('account-1', 'report-1.0')).toBeUndefined()
        expect(await listAll({ executionIds: ['report-1.0'] })).toMatchObject([{ status: 'Running', finishedAt: null }])
        expect(await completeWith('a')).toBe(true)
      })

      test('records a failed try, and forgets it when a later one completes', async () => {
        await store()
        await take('a', midnight)
        expect(
          await executions().retryAt('report-1.0', 'a', { at: midnight, retryAt: midnight + hourMs, failure }),
        ).toBe(true)
        expect(await listAll({ statuses: ['Running'] })).toMatchObject([{ attempts: 1, failure, finishedAt: null }])
        expect(await claim('b', midnight + hourMs - 1)).toBeUndefined()
        expect(await take('b', midnight + hourMs)).toMatchObject({ attempts: 2, failedTries: 1, failure })
        await completeWith('b')
        expect(await listAll({ statuses: ['Completed'] })).toMatchObject([{ attempts: 2, failure: null }])
      })

      test('fails it for good, and the schedule goes on', async () => {
        await store()
        await take('a', midnight)
        expect(await executions().fail('report-1.0', 'a', { finishedAt: midnight + 7, failure, delivery: null })).toBe(
          true,
        )
        expect(await listAll({ statuses: ['Failed'] })).toMatchObject([
          { failure, finishedAt: midnight + 7, artifact: null },
        ])
        expect(await findReport()).toMatchObject({ status: 'Active', nextExecutionAt: midnight + dayMs })
        expect((await take('b', midnight + dayMs)).id).toBe('report-1.1')
      })

      test('takes a run back, claimable at once, and does not count the try', async () => {
        await store()
        await take('a', midnight)
        expect(await executions().handBack('report-1.0', 'a', midnight + 1)).toBe(true)
        expect(await executions().nextDueAt()).toBe(midnight + 1)
        expect(await take('b', midnight + 1)).toMatchObject({ id: 'report-1.0', attempts: 1, startedAt: midnight })
        expect(await findReport()).toMatchObject({ startedCount: 1, nextExecutionAt: midnight + dayMs })
      })

      test('ends the report with its last execution, completed or failed', async () => {
        await store({ id: 'report-1', schedule: daily(midnight, 1) })
        await store({ id: 'report-2', schedule: once(midnight) })
        await take('a', midnight, none)
        await take('b', midnight, none)
        expect([(await findReport('report-1'))?.status, (await findReport('report-2'))?.status]).toEqual([
          'Active',
          'Active',
        ])
        await completeWith('a', 'report-1.0')
        await executions().fail('report-2.0', 'b', { finishedAt: midnight, failure, delivery: null })
        for (const id of ['report-1', 'report-2']) {
          expect(await findReport(id)).toMatchObject({ status: 'Inactive', startedCount: 1, nextExecutionAt: null })
        }
        expect(await executions().nextDueAt()).toBeUndefined()
      })

      test('still takes a result that comes after the end of the lease, as long as nobody else has claimed', async () => {
        await store()
        await take('a', midnight)
        expect(await completeWith('a', 'report-1.0', midnight + leaseMs + 1)).toBe(true)
      })
    })

    test('says which leases are held, also past their end, until another has claimed or it is given back', async () => {
      await store()
      await store({ id: 'report-2' })
      const held = async () =>
        Object.fromEntries(await executions().heldLeases(['report-1.0', 'report-2.0', 'unknown']))
      expect(await held()).toEqual({})
      const [first, second] = [await take('a', midnight), await take('b', midnight)]
      expect(await held()).toEqual({ [first.id]: 'a', [second.id]: 'b' })
      const again = await take('c', midnight + leaseMs)
      expect(await held()).toEqual({ [first.id]: 'a', [second.id]: 'b', [again.id]: 'c' })
      await executions().handBack(again.id, 'c', midnight + leaseMs)
      expect(Object.keys(await held())).toEqual([first.id, second.id].filter((id) => id !== again.id))
      expect(await executions().heldLeases(Array.from({ length: 1_200 }, (_, index) => `unknown-${index}`))).toEqual(
        new Map(),
      )
    })

    const changes: Record<string, (executionId: string, token: string) => Promise<boolean>> = {
      'renews nothing': (id, token) => executions().renewLease(id, token, midnight + 9 * dayMs),
      'publishes nothing': (id, token) => completeWith(token, id),
      'puts off nothing': (id, token) =>
        executions().retryAt(id, token, { at: midnight, retryAt: midnight + 9 * dayMs, failure }),
      'fails nothing': (id, token) =>
        executions().fail(id, token, { finishedAt: midnight + 9, failure, delivery: null }),
      'hands back nothing': (id, token) => executions().handBack(id, token, midnight),
    }

    describe.each(Object.entries(changes))('a worker that lost its lease %s', (_, change) => {
      const observe = async () => [
        await listAll(),
        await findReport(),
        await executions().nextDueAt(),
        await database.stores.deliveries.nextDueAt(),
      ]

      test('to another worker', async () => {
        await store()
        await take('a', midnight)
        await take('b', midnight + leaseMs)
        const before = await observe()
        expect(await change('report-1.0', 'a')).toBe(false)
        expect(await observe()).toEqual(before)
        expect(await completeWith('b')).toBe(true)
      })

      test('by its own failed try', async () => {
        await store()
        await take('a', midnight)
        await executions().retryAt('report-1.0', 'a', { at: midnight, retryAt: midnight + hourMs, failure })
        const before = await observe()
        expect(await change('report-1.0', 'a')).toBe(false)
        expect(await observe()).toEqual(before)
      })

      test('by handing back', async () => {
        await store()
        await take('a', midnight)
        await executions().handBack('report-1.0', 'a', midnight)
        const before = await observe()
        expect(await change('report-1.0', 'a')).toBe(false)
        expect(await observe()).toEqual(before)
      })

      test('to nobody: it never had it, or its report is gone', async () => {
        await store()
        const before = await observe()
        expect(await change('report-1.0', 'a')).toBe(false)
        expect(await change('unknown', 'a')).toBe(false)
        expect(await observe()).toEqual(before)
      })
    })

    describe('moves between the states as the table says', () => {
      /** Brings `report-1.0` to the status, last claimed under `a`. */
      const reach: Record<ExecutionStatus, () => Promise<unknown>> = {
        Pending: () => store(),
        Paused: () => store({ status: 'Paused' }),
        Running: async () => {
          await store()
          await take('a', midnight, none)
        },
        Completed: async () => {
          await reach.Running()
          await completeWith('a')
        },
        Failed: async () => {
          await reach.Running()
          await executions().fail('report-1.0', 'a', { finishedAt: midnight, failure, delivery: null })
        },
      }
      const fire = {
        claim: async () => (await claim('b', midnight + dayMs, none)) !== undefined,
        complete: () => completeWith('a'),
        retry: () => executions().retryAt('report-1.0', 'a', { at: midnight, retryAt: midnight, failure }),
        handBack: () => executions().handBack('report-1.0', 'a', midnight),
        fail: () => executions().fail('report-1.0', 'a', { finishedAt: midnight, failure, delivery: null }),
      } satisfies Partial<Record<ExecutionEvent, () => Promise<boolean>>>

      const cases = (Object.keys(reach) as ExecutionStatus[]).flatMap((status) =>
        (Object.keys(fire) as (keyof typeof fire)[]).map((event) => ({
          status,
          event,
          next: executionStates[status][event],
        })),
      )

      async function happen({ status, event }: (typeof cases)[number]) {
        await reach[status]()
        const [before] = await listAll()
        const happened = await fire[event]()
        const [after] = await listAll()
        return { happened, before, after }
      }

      test.each(cases.filter(({ next }) => next === 'refused'))('$status + $event: refused', async (step) => {
        const { happened, before, after } = await happen(step)
        expect([happened, after]).toEqual([false, before])
      })

      test.each(cases.filter(({ next }) => next !== 'refused'))('$status + $event: $next', async (step) => {
        const { happened, after } = await happen(step)
        expect([happened, after?.status]).toEqual([true, step.next])
      })
    })

    describe('lists', () => {
      /** Three days of `report-1`, one of `report-2`: `report-1.0` Completed, `.1` Failed, `.2` Running, `.3` Pending. */
      async function threeDays(): Promise<void> {
        await store()
        await store({ id: 'report-2', schedule: daily(midnight + 100) })
        await take('a', midnight)
        await completeWith('a')
        await take('b', midnight + 100)
        await completeWith('b', 'report-2.0')
        await take('c', midnight + dayMs)
        await executions().fail('report-1.1', 'c', { finishedAt: midnight + dayMs, failure, delivery: null })
        await take('d', midnight + 2 * dayMs - 1)
        await executions().fail('report-2.1', 'd', { finishedAt: midnight + 2 * dayMs, failure, delivery: null })
        await take('e', midnight + 2 * dayMs)
      }

      test('the executions of the reports asked for, newest first', async () => {
        await threeDays()
        expect(await idsOf({})).toEqual(['report-1.3', 'report-1.2', 'report-1.1', 'report-1.0'])
        expect(await idsOf({ reportIds: ['report-1', 'report-2', 'unknown'], statuses: ['Completed'] })).toEqual([
          'report-2.0',
          'report-1.0',
        ])
      })

      test('each with its report, its file and where the report stands', async () => {
        await threeDays()
        const [waiting, , , completed] = await listAll()
        const view = await findReport()
        for (const execution of [waiting, completed]) {
          expect(execution).toMatchObject({ startedCount: 3, nextExecutionAt: midnight + 3 * dayMs })
          expect({ ...execution?.report, startedCount: 3, nextExecutionAt: midnight + 3 * dayMs }).toEqual(view)
        }
        expect(waiting?.artifact).toBeNull()
        expect(completed?.artifact).toEqual(anArtifact({ id: 'file of report-1.0', executionId: 'report-1.0' }))
      })

      test('by id, by status and since a time', async () => {
        await threeDays()
        expect(await idsOf({ executionIds: ['report-1.1', 'report-2.0', 'unknown'] })).toEqual(['report-1.1'])
        expect(await idsOf({ statuses: ['Failed', 'Completed'] })).toEqual(['report-1.1', 'report-1.0'])
        expect(await idsOf({ sinceAt: midnight + 2 * dayMs })).toEqual(['report-1.3', 'report-1.2'])
      })

      test('only the latest of each report, among those that pass', async () => {
        await threeDays()
        const both = { reportIds: ['report-1', 'report-2'], latestOnly: true }
        expect(await idsOf(both)).toEqual(['report-1.3', 'report-2.2'])
        expect(await idsOf({ ...both, statuses: ['Completed', 'Failed'] })).toEqual(['report-2.1', 'report-1.1'])
        expect(await idsOf({ ...both, statuses: ['Completed'], sinceAt: midnight + 1 })).toEqual(['report-2.0'])
      })

      test('nothing for an empty list of reports, ids or statuses', async () => {
        await threeDays()
        for (const filter of [{ reportIds: [] }, { executionIds: [] }, { statuses: [] }]) {
          expect(await idsOf(filter)).toEqual([])
        }
      })

      test('nothing of another account or program', async () => {
        await threeDays()
        expect(await listAll({}, 'account-2')).toEqual([])
        expect(await listAll({}, 'account-1', 'mpn')).toEqual([])
        expect(await listAll({ executionIds: ['report-1.0'] }, 'account-2')).toEqual([])
      })
    })
  })
}
