import { describe, expect, test } from 'vitest'
import { anArtifact } from '../artifacts/testing/an-artifact.ts'
import { aDelivery } from '../callbacks/testing/a-delivery.ts'
import type { NextOccurrence } from '../executions/execution-store.ts'
import { aReport, daily, midnight, once } from '../executions/testing/a-report.ts'
import { hourMs } from '../kernel/hours.ts'
import type { LeaseRequest } from '../kernel/lease.ts'
import type { PageCursor } from '../kernel/page.ts'
import { useTestDatabase } from '../stores/testing/test-database.ts'
import type { MakeTestDatabase } from '../stores/testing/test-database.ts'
import { told } from '../kernel/testing/told.ts'
import type { ReportChange, ReportStanding } from './report-change.ts'
import type { EventRange, ReportFilter, ReportLimits, ReportStore } from './report-store.ts'
import type { Report } from './report.ts'

const firstPage = { top: 100, after: null }

/** Limits that no test meets by chance. */
function limits(change: { active?: number; once?: number; sinceAt?: number; queued?: number } = {}): ReportLimits {
  const { active = 1_000, once = 1_000, sinceAt = 0, queued = 1_000 } = change
  return {
    activeReports: active,
    executeNow: { limit: once, sinceAt },
    queuedExports: { limit: queued, dueAt: midnight },
  }
}

/** What every report store does. */
export function reportStoreContract(name: string, makeDatabase: MakeTestDatabase): void {
  describe(`a report store (${name})`, () => {
    const database = useTestDatabase(makeDatabase)

    function add(change: Partial<Report> = {}, within = limits(), reports: ReportStore = database.stores.reports) {
      const report = aReport(change)
      return reports.insertWithin(report, { executionId: `${report.id}.0`, scheduledAt: midnight }, within)
    }

    async function idsOf(filter: ReportFilter, accountId = 'account-1', program = 'cmp') {
      const { items } = await database.stores.reports.list(accountId, program, filter, firstPage)
      return items.map(({ id }) => id)
    }

    /** Runs the report's only occurrence to its end, so that the report becomes Inactive. */
    async function finish(): Promise<void> {
      const request: LeaseRequest = { token: 'lease', owner: 'worker', now: midnight, expiresAt: midnight + hourMs }
      const claimed = await database.stores.executions.claimDue(request, () => undefined)
      await database.stores.executions.fail(claimed?.id ?? '', 'lease', {
        finishedAt: midnight,
        failure: { code: 'internal', message: 'No.' },
        delivery: null,
      })
    }

    test.each([
      ['on a schedule', {}],
      [
        'on a schedule with an end',
        {
          schedule: {
            kind: 'recurring',
            startAt: midnight - 5 * hourMs,
            firstAt: midnight,
            intervalHours: 7,
            count: 3,
            endAt: midnight + 100 * hourMs,
          },
          description: "it's \u2013 \u{1F4C8}",
          callback: { url: 'https://partner.example/hook?a=1', method: 'GET', on: 'ended' },
          neutralizeFormulas: true,
          format: 'tsv',
          modifiedAt: midnight,
        },
      ],
      ['that runs once', { schedule: once(midnight) }],
      ['that runs once on a window of its own', { schedule: once(midnight, midnight - hourMs, midnight) }],
      ['that runs once on a window without an end', { schedule: once(midnight, midnight - hourMs) }],
    ] satisfies [string, Partial<Report>][])('gives back a report %s as it was given', async (_, change) => {
      expect(await add(change)).toBe('inserted')
      const view = { ...aReport(change), startedCount: 0, nextExecutionAt: midnight }
      expect(await database.stores.reports.find('account-1', 'cmp', 'report-1')).toEqual(view)
      expect((await database.stores.reports.list('account-1', 'cmp', {}, firstPage)).items).toEqual([view])
    })

    test('stores the first waiting execution with the report', async () => {
      await add()
      const executions = await database.stores.executions.list('account-1', 'cmp', {
        reportIds: ['report-1'],
        latestOnly: false,
      })
      expect(executions).toMatchObject([
        { id: 'report-1.0', occurrence: 0, scheduledAt: midnight, status: 'Pending', attempts: 0, startedAt: null },
      ])
      expect(await database.stores.executions.nextDueAt()).toBe(midnight)
    })

    test('stores neither when one of them is there already', async () => {
      await add()
      await expect(add({ name: 'Again' })).rejects.toBeInstanceOf(Error)
      const sameExecution = { executionId: 'report-1.0', scheduledAt: midnight }
      await expect(
        database.stores.reports.insertWithin(aReport({ id: 'report-2' }), sameExecution, limits()),
      ).rejects.toBeInstanceOf(Error)
      expect(await idsOf({})).toEqual(['report-1'])
      expect((await database.stores.reports.find('account-1', 'cmp', 'report-1'))?.name).toBe(aReport().name)
    })

    test('finds nothing of another account or program', async () => {
      await add()
      for (const [accountId, program] of [
        ['account-2', 'cmp'],
        ['account-1', 'mpn'],
      ] as const) {
        expect(await database.stores.reports.find(accountId, program, 'report-1')).toBeUndefined()
        for (const filter of [{}, { ids: ['report-1'] }, { name: aReport().name }, { queryId: 'query-1' }]) {
          expect(await idsOf(filter, accountId, program)).toEqual([])
        }
      }
    })

    describe('changes', () => {
      const store = (): ReportStore => database.stores.reports
      const standing: ReportStanding[] = []

      function change(
        decide: (standing: ReportStanding) => ReportChange,
        { activeReports = 1_000, accountId = 'account-1', program = 'cmp' } = {},
      ) {
        return store().change(accountId, program, 'report-1', {
          executionId: 'new-execution',
          activeReports,
          decide: (found) => {
            standing.push(found)
            return decide(found)
          },
        })
      }

      const executions = () =>
        database.stores.executions.list('account-1', 'cmp', { reportIds: ['report-1'], latestOnly: false })

      const claim = (now = midnight, next?: NextOccurrence) =>
        database.stores.executions.claimDue(
          { token: `lease-${now}`, owner: 'worker', now, expiresAt: now + hourMs },
          () => next,
        )

      test('show how the report stands, and give back what became of it', async () => {
        await add()
        const changed = await change(({ report, waitingAt }) => ({
          report: { ...report, name: 'Renamed', description: 'new', format: 'tsv', modifiedAt: midnight },
          waitingAt,
          grid: 'same',
          event: null,
        }))
        expect(standing.at(-1)).toEqual({
          report: aReport(),
          startedCount: 0,
          waitingAt: midnight,
          isRunning: false,
        })
        expect(changed).toEqual({
          ...aReport({ name: 'Renamed', description: 'new', format: 'tsv', modifiedAt: midnight }),
          startedCount: 0,
          nextExecutionAt: midnight,
        })
        expect(await store().find('account-1', 'cmp', 'report-1')).toEqual(changed)
        expect(await idsOf({ name: 'renamed' })).toEqual(['report-1'])
        expect(await idsOf({ name: aReport().name })).toEqual([])
      })

      test('hold the waiting execution of a paused report, and let it go again at its new time', async () => {
        await add()
        const laterAt = midnight + 5 * hourMs
        await change(({ report, waitingAt }) => ({
          report: { ...report, status: 'Paused' },
          waitingAt,
          grid: 'same',
          event: null,
        }))
        expect(await executions()).toMatchObject([{ id: 'report-1.0', status: 'Paused', scheduledAt: midnight }])
        expect(await database.stores.executions.nextDueAt()).toBeUndefined()
        expect(await claim(laterAt)).toBeUndefined()
        await change(({ report }) => ({
          report: { ...report, status: 'Active' },
          waitingAt: laterAt,
          grid: 'same',
          event: null,
        }))
        expect(await executions()).toMatchObject([{ id: 'report-1.0', status: 'Pending', scheduledAt: laterAt }])
        expect(await claim(laterAt)).toMatchObject({ id: 'report-1.0', scheduledAt: laterAt })
      })

      test('pause a report while it runs: the run ends, and what follows stays paused', async () => {
        await add()
        const next = { executionId: 'report-1.1', occurrence: 1, scheduledAt: midnight + 24 * hourMs }
        const running = await claim(midnight, next)
        await change(({ report, waitingAt }) => ({
          report: { ...report, status: 'Paused' },
          waitingAt,
          grid: 'same',
          event: null,
        }))
        expect(standing.at(-1)).toMatchObject({ startedCount: 1, waitingAt: next.scheduledAt, isRunning: true })
        const failure = { code: 'internal', message: 'No.' } as const
        expect(
          await database.stores.executions.fail(running?.id ?? '', `lease-${midnight}`, {
            finishedAt: midnight,
            failure,
            delivery: null,
          }),
        ).toBe(true)
        expect((await executions()).map(({ status }) => status)).toEqual(['Paused', 'Failed'])
        expect((await store().find('account-1', 'cmp', 'report-1'))?.status).toBe('Paused')
      })

      test('begin a new grid: what ran stays, what waited is replaced, and occurrences count from 0', async () => {
        await add()
        await claim(midnight, { executionId: 'report-1.1', occurrence: 1, scheduledAt: midnight + 24 * hourMs })
        const schedule = daily(midnight + 7 * hourMs, 3)
        const changed = await change(({ report }) => ({
          report: { ...report, schedule },
          waitingAt: midnight + 7 * hourMs,
          grid: 'new',
          event: { at: midnight, kind: 'updated', detail: 'anew' },
        }))
        expect(changed).toMatchObject({ schedule, startedCount: 0, nextExecutionAt: midnight + 7 * hourMs })
        expect(await executions()).toMatchObject([
          { id: 'new-execution', occurrence: 0, scheduledAt: midnight + 7 * hourMs, status: 'Pending' },
          { id: 'report-1.0', occurrence: 0, scheduledAt: midnight, status: 'Running' },
        ])
        // The new one waits for the old run: a report runs one at a time.
        expect(await claim(midnight + 8 * hourMs)).toMatchObject({ id: 'report-1.0' })
        const failure = { code: 'internal', message: 'No.' } as const
        const token = `lease-${midnight + 8 * hourMs}`
        expect(
          await database.stores.executions.fail('report-1.0', token, { finishedAt: midnight, failure, delivery: null }),
        ).toBe(true)
        expect(await claim(midnight + 9 * hourMs)).toMatchObject({ id: 'new-execution' })
      })

      test('take the waiting execution away when none is to come', async () => {
        await add()
        const changed = await change(({ report }) => ({
          report: { ...report, status: 'Inactive' },
          waitingAt: null,
          grid: 'same',
          event: null,
        }))
        expect(changed).toMatchObject({ status: 'Inactive', nextExecutionAt: null })
        expect(await executions()).toEqual([])
      })

      test('bring an Inactive report back with its next occurrence', async () => {
        await add({ schedule: daily(midnight, 1) })
        await finish()
        expect((await store().find('account-1', 'cmp', 'report-1'))?.status).toBe('Inactive')
        await change(({ report, startedCount }) => ({
          report: { ...report, schedule: daily(midnight, startedCount + 1), status: 'Active' },
          waitingAt: midnight + 24 * hourMs,
          grid: 'same',
          event: null,
        }))
        expect(standing.at(-1)).toMatchObject({ startedCount: 1, waitingAt: null, isRunning: false })
        expect(await executions()).toMatchObject([
          { id: 'new-execution', occurrence: 1, status: 'Pending' },
          { id: 'report-1.0', occurrence: 0, status: 'Failed' },
        ])
      })

      test('count against the limit only when a report becomes Active', async () => {
        await add()
        await add({ id: 'report-2' })
        const to = (status: Report['status']) => (found: ReportStanding) => ({
          report: { ...found.report, status },
          waitingAt: found.waitingAt,
          grid: 'same' as const,
          event: null,
        })
        expect(await change(to('Active'), { activeReports: 1 })).toMatchObject({ status: 'Active' })
        expect(await change(to('Paused'), { activeReports: 1 })).toMatchObject({ status: 'Paused' })
        expect(await change(to('Active'), { activeReports: 1 })).toBe('active_report_quota')
        expect((await store().find('account-1', 'cmp', 'report-1'))?.status).toBe('Paused')
        expect(await change(to('Active'), { activeReports: 2 })).toMatchObject({ status: 'Active' })
      })

      test('are undone when the decision throws, and find nothing of another account or program', async () => {
        await add()
        const refuse = () => {
          throw new Error('refused')
        }
        await expect(change(refuse)).rejects.toThrow('refused')
        expect(await store().find('account-1', 'cmp', 'report-1')).toMatchObject(aReport())
        expect(await change(refuse, { accountId: 'account-2' })).toBe('not_found')
        expect(await change(refuse, { program: 'mpn' })).toBe('not_found')
      })
    })

    describe('the events of a report', () => {
      const everything: EventRange = { fromAt: null, toAt: null, limit: 100 }
      const events = (range = everything, accountId = 'account-1') =>
        database.stores.reports.events(accountId, 'cmp', 'report-1', range)

      test('tell of its making, its changes and each run, newest first', async () => {
        await add()
        await database.stores.reports.change('account-1', 'cmp', 'report-1', {
          executionId: 'unused',
          activeReports: 10,
          decide: ({ report, waitingAt }) => ({
            report,
            waitingAt,
            grid: 'same',
            event: { at: midnight - 5, kind: 'updated', detail: null },
          }),
        })
        const { executions } = database.stores
        const lease = (token: string, now: number) => ({ token, owner: 'worker', now, expiresAt: now + hourMs })
        const failure = { code: 'timeout', message: 'Too long.' } as const
        await executions.claimDue(lease('a', midnight + 1), () => undefined)
        await executions.retryAt('report-1.0', 'a', { at: midnight + 2, retryAt: midnight + 10, failure })
        await executions.claimDue(lease('b', midnight + 10), () => undefined)
        await executions.handBack('report-1.0', 'b', midnight + 11)
        await executions.claimDue(lease('c', midnight + 12), () => undefined)
        await executions.fail('report-1.0', 'c', { finishedAt: midnight + 12, failure, delivery: null })

        const of = { executionId: 'report-1.0', scheduledAt: null, detail: null }
        const started = { ...of, kind: 'started', scheduledAt: midnight }
        const none = { executionId: null, scheduledAt: null, detail: null }
        expect(await events()).toEqual([
          { ...of, at: midnight + 12, kind: 'failed', detail: 'Too long.' },
          { ...started, at: midnight + 12, detail: 'Try 2.' },
          { ...of, at: midnight + 11, kind: 'handed_back' },
          { ...started, at: midnight + 10, detail: 'Try 2.' },
          { ...of, at: midnight + 2, kind: 'try_failed', detail: 'Too long.' },
          { ...started, at: midnight + 1 },
          { ...none, at: midnight - 5, kind: 'updated' },
          { ...none, at: aReport().createdAt, kind: 'created' },
        ])
        const kinds = async (range: Partial<EventRange>) =>
          (await events({ ...everything, ...range }))?.map(({ kind }) => kind)
        expect(await kinds({ fromAt: midnight + 2, toAt: midnight + 11 })).toEqual(['started', 'try_failed'])
        expect(await kinds({ limit: 1 })).toEqual(['failed'])
      })

      test('are nobody else’s, and go with the report', async () => {
        await add()
        expect(await events(everything, 'account-2')).toBeUndefined()
        await database.stores.reports.delete('account-1', 'cmp', 'report-1', told)
        expect(await events()).toBeUndefined()
      })

      test('are forgotten in steps, the oldest first', async () => {
        for (let index = 0; index < 25; index += 1) {
          await add({ id: index === 24 ? 'report-1' : `other-${index}`, createdAt: midnight + index })
        }
        const { reports } = database.stores
        expect(await reports.forgetEvents(midnight + 20, 8)).toBe(8)
        expect(await reports.forgetEvents(midnight + 20, 8)).toBe(8)
        expect(await reports.forgetEvents(midnight + 20, 8)).toBe(4)
        expect(await reports.forgetEvents(midnight + 20, 8)).toBe(0)
        expect(await events()).toHaveLength(1)
      })
    })

    describe('deleting', () => {
      test('takes executions, artifacts and deliveries along, and names the files', async () => {
        await add()
        const request: LeaseRequest = { token: 'lease', owner: 'worker', now: midnight, expiresAt: midnight + hourMs }
        const claimed = await database.stores.executions.claimDue(request, () => ({
          executionId: 'report-1.1',
          occurrence: 1,
          scheduledAt: midnight + 24 * hourMs,
        }))
        const artifact = anArtifact({ executionId: claimed?.id ?? '', reportId: 'report-1', accountId: 'account-1' })
        const delivery = aDelivery({ executionId: claimed?.id ?? '', reportId: 'report-1', accountId: 'account-1' })
        await database.stores.executions.complete('report-1.0', 'lease', { finishedAt: midnight, artifact, delivery })

        expect(await database.stores.reports.delete('account-2', 'cmp', 'report-1', told)).toBeUndefined()
        expect(await database.stores.reports.delete('account-1', 'mpn', 'report-1', told)).toBeUndefined()
        expect(await database.stores.reports.delete('account-1', 'cmp', 'report-1', told)).toEqual({
          report: { ...aReport(), startedCount: 1, nextExecutionAt: midnight + 24 * hourMs },
          blobKeys: [artifact.blobKey],
        })
        expect(await idsOf({})).toEqual([])
        expect(await database.stores.artifacts.findForLink('account-1', artifact.id)).toBeUndefined()
        expect(await database.stores.executions.nextDueAt()).toBeUndefined()
        expect(await database.stores.deliveries.nextDueAt()).toBeUndefined()
        expect(await database.stores.reports.delete('account-1', 'cmp', 'report-1', told)).toBeUndefined()
      })

      test('leaves a run under way nothing to renew, complete or fail', async () => {
        await add()
        const request: LeaseRequest = { token: 'lease', owner: 'worker', now: midnight, expiresAt: midnight + hourMs }
        await database.stores.executions.claimDue(request, () => undefined)
        await database.stores.reports.delete('account-1', 'cmp', 'report-1', told)
        const { executions } = database.stores
        const failure = { code: 'internal', message: 'No.' } as const
        expect(await executions.renewLease('report-1.0', 'lease', midnight)).toBe(false)
        expect(await executions.fail('report-1.0', 'lease', { finishedAt: midnight, failure, delivery: null })).toBe(
          false,
        )
        expect(await executions.handBack('report-1.0', 'lease', midnight)).toBe(false)
        const artifact = anArtifact({ executionId: 'report-1.0' })
        expect(await executions.complete('report-1.0', 'lease', { finishedAt: 0, artifact, delivery: null })).toBe(
          false,
        )
      })
    })

    describe('lists', () => {
      test('by ids, whole name in any case and query; filters narrow each other', async () => {
        await add({ id: 'a', name: 'Été 100%', queryId: 'q-1', createdAt: 1 })
        await add({ id: 'b', name: 'été 1000', queryId: 'q-1', createdAt: 2 })
        await add({ id: 'c', name: 'été 100%', queryId: 'q-2', createdAt: 3 })
        expect(await idsOf({})).toEqual(['c', 'b', 'a'])
        expect(await idsOf({ ids: ['a', 'c', 'a', 'unknown'] })).toEqual(['c', 'a'])
        expect(await idsOf({ ids: [] })).toEqual([])
        expect(await idsOf({ name: 'ÉTÉ 100%' })).toEqual(['c', 'a'])
        expect(await idsOf({ queryId: 'q-1' })).toEqual(['b', 'a'])
        expect(await idsOf({ ids: ['a', 'b'], name: 'été 100%', queryId: 'q-1' })).toEqual(['a'])
      })

      test.each([1, 2, 3, 5])('in pages of %i that show each report once', async (top) => {
        for (const [id, createdAt] of [
          ['a', 1],
          ['b', 2],
          ['c', 2],
          ['d', 2],
          ['e', 3],
        ] as const) {
          await add({ id, createdAt })
        }
        const seen: string[] = []
        let after: PageCursor | null = null
        do {
          const page = await database.stores.reports.list('account-1', 'cmp', {}, { top, after })
          expect(page.items.length).toBeLessThanOrEqual(top)
          seen.push(...page.items.map(({ id }) => id))
          after = page.next
        } while (after !== null)
        expect(seen).toEqual(['e', 'd', 'c', 'b', 'a'])
      })
    })

    describe('holds the limit of active reports', () => {
      test('per client, and stores nothing beyond it', async () => {
        expect(await add({ id: 'one' }, limits({ active: 2 }))).toBe('inserted')
        expect(await add({ id: 'two', schedule: once(midnight) }, limits({ active: 2 }))).toBe('inserted')
        expect(await add({ id: 'three' }, limits({ active: 2 }))).toBe('active_report_quota')
        expect(await add({ id: 'four', schedule: once(midnight) }, limits({ active: 2 }))).toBe('active_report_quota')
        expect(await add({ id: 'other client', clientId: 'client-2' }, limits({ active: 1 }))).toBe('inserted')
        expect(await add({ id: 'other account', accountId: 'account-2' }, limits({ active: 1 }))).toBe('inserted')
        expect((await idsOf({})).sort()).toEqual(['one', 'other client', 'two'])
      })

      test('and no longer counts a report that is Inactive or Paused', async () => {
        await add({ id: 'done' }, limits({ active: 1 }))
        await finish()
        expect(await add({ id: 'paused', status: 'Paused' }, limits({ active: 1 }))).toBe('inserted')
        expect(await add({ id: 'active' }, limits({ active: 1 }))).toBe('inserted')
        expect(await add({ id: 'too many' }, limits({ active: 1 }))).toBe('active_report_quota')
      })

      test('when many are added at once, over two connections', async () => {
        const other = await database.connectAgain()
        const results = await Promise.all(
          Array.from({ length: 20 }, (_, index) =>
            add({ id: `report-${index}` }, limits({ active: 7 }), (index % 2 === 0 ? database.stores : other).reports),
          ),
        )
        expect(results.filter((result) => result === 'inserted')).toHaveLength(7)
        expect(await idsOf({})).toHaveLength(7)
      })
    })

    describe('holds the limit of reports that run once', () => {
      test('per client within a time; those on a schedule do not count', async () => {
        const within = limits({ once: 2, sinceAt: midnight })
        const addOnce = (id: string, createdAt: number, change: Partial<Report> = {}) =>
          add({ id, createdAt, schedule: once(createdAt), ...change }, within)
        expect(await addOnce('before', midnight - 1)).toBe('inserted')
        expect(await add({ id: 'daily', createdAt: midnight }, within)).toBe('inserted')
        expect(await addOnce('one', midnight)).toBe('inserted')
        expect(await addOnce('two', midnight + 1)).toBe('inserted')
        expect(await addOnce('three', midnight + 2)).toBe('execute_now_quota')
        expect(await add({ id: 'daily too', createdAt: midnight }, within)).toBe('inserted')
        expect(await addOnce('other client', midnight + 2, { clientId: 'client-2' })).toBe('inserted')
        expect(await addOnce('other account', midnight + 2, { accountId: 'account-2' })).toBe('inserted')
        expect(await database.stores.reports.find('account-1', 'cmp', 'three')).toBeUndefined()
      })

      test('also when they have ended', async () => {
        await add({ id: 'one', schedule: once(midnight), createdAt: midnight }, limits({ once: 1, sinceAt: midnight }))
        await finish()
        const again = { id: 'two', schedule: once(midnight), createdAt: midnight }
        expect(await add(again, limits({ once: 1, sinceAt: midnight }))).toBe('execute_now_quota')
      })
    })

    describe('when as many executions are due as may be', () => {
      const now = (id: string): Partial<Report> => ({ id, schedule: once(midnight) })

      test('refuses one more that runs once of a client, and stores nothing of it', async () => {
        const within = limits({ queued: 2 })
        expect(await add(now('one'), within)).toBe('inserted')
        expect(await add({ id: 'daily' }, within)).toBe('inserted')
        expect(await add(now('two'), within)).toBe('queue_full')
        expect(await database.stores.reports.find('account-1', 'cmp', 'two')).toBeUndefined()
        expect((await database.stores.executions.backlog(midnight)).due).toBe(2)
      })

      test('takes the first of a client, however long the queue of others is', async () => {
        const within = limits({ queued: 2 })
        for (const id of ['a', 'b', 'c']) await add(now(id))
        const other = { accountId: 'account-2', clientId: 'client-9' }
        expect(await add({ ...now('first'), ...other }, within)).toBe('inserted')
        expect(await add({ ...now('second'), ...other }, within)).toBe('queue_full')
        expect(await add({ ...now('third'), ...other, clientId: 'client-10' }, within)).toBe('inserted')
      })

      test('takes what is scheduled all the same', async () => {
        await add(now('one'))
        expect(await add({ id: 'daily', schedule: daily(midnight) }, limits({ queued: 1 }))).toBe('inserted')
      })

      test('counts neither what is still to come nor what somebody runs', async () => {
        const report = aReport({ id: 'tomorrow' })
        const later = { executionId: 'tomorrow.0', scheduledAt: midnight + 1 }
        expect(await database.stores.reports.insertWithin(report, later, limits())).toBe('inserted')
        await add(now('running'))
        await database.stores.executions.claimDue(
          { token: 'lease', owner: 'worker', now: midnight, expiresAt: midnight + hourMs },
          () => undefined,
        )
        expect(await add(now('one'), limits({ queued: 1 }))).toBe('inserted')
        expect(await add(now('two'), limits({ queued: 1 }))).toBe('queue_full')
      })

      test('lets only as many in as there is room for when many ask at once, through two servers', async () => {
        const other = (await database.connectAgain()).reports
        const asked = Array.from({ length: 8 }, (_, index) =>
          add(now(`r-${index}`), limits({ queued: 3 }), index % 2 === 0 ? other : database.stores.reports),
        )
        const outcomes = await Promise.all(asked)
        expect(outcomes.filter((outcome) => outcome === 'inserted')).toHaveLength(3)
      })
    })
  })
}
