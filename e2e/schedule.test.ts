import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Webhook } from 'standardwebhooks'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { startReceiver, type ReceivedCall } from '../packages/server/src/callbacks/testing/start-receiver.ts'
import { call, type Answer } from './testing/call.ts'
import { base, completed, createReport, saveQuery } from './testing/steps.ts'
import { openTimedHouse, type TimedHouse } from './testing/timed-house.ts'

// Days of a schedule in seconds: the whole server in this process, with a clock of the test's own.

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour
const noon = Date.UTC(2026, 4, 9, 12)
const wire = (at: number): string => `${new Date(at).toISOString().slice(0, 19)}Z`

async function openHouse(): Promise<TimedHouse> {
  const house = await openTimedHouse(noon)
  onTestFinished(() => house.close())
  return house
}

async function schedule(house: TimedHouse, change: object): Promise<string> {
  const token = await house.token()
  const queryId = await saveQuery(house.announcement, token, 'orders', 'SELECT OfferName, AssetId FROM ISVOrder')
  return createReport(house.announcement, token, 'orders', queryId, change)
}

async function get(house: TimedHouse, path: string): Promise<Answer> {
  return call(house.announcement, await house.token(), 'GET', path)
}

async function reportNow(house: TimedHouse, reportId: string): Promise<Record<string, unknown> | undefined> {
  return (await get(house, `${base}/ScheduledReport?reportId=${reportId}`)).body.value[0]
}

/** Every execution of a report, oldest first: its status, and the reference time in the manifest of its file. */
async function historyOf(house: TimedHouse, reportId: string): Promise<readonly (readonly [unknown, unknown])[]> {
  const every = 'executionStatus=Pending;Running;Completed;Failed&getLatestExecution=false'
  const { body } = await get(house, `${base}/ScheduledReport/execution/${reportId}?${every}`)
  const token = await house.token()
  return Promise.all(
    body.value.toReversed().map(async ({ executionStatus, reportLocation }) => {
      if (reportLocation === null) return [executionStatus, null] as const
      const headers = { Authorization: `Bearer ${token}` }
      const manifest = (await (await fetch(`${reportLocation as string}/manifest`, { headers })).json()) as {
        referenceTime: string
      }
      return [executionStatus, manifest.referenceTime] as const
    }),
  )
}

describe('a report that recurs', () => {
  test('fires at StartTime + k × RecurrenceInterval, counts down and becomes Inactive', async () => {
    const house = await openHouse()
    const startAt = noon + 90 * minute
    const reportId = await schedule(house, {
      StartTime: wire(startAt),
      RecurrenceInterval: 4,
      RecurrenceCount: 3,
    })
    expect(await reportNow(house, reportId)).toMatchObject({
      reportStatus: 'Active',
      recurrenceCount: 3,
      totalRecurrenceCount: 3,
      nextExecutionStartTime: wire(startAt),
    })
    await house.clock.set(startAt - 1)
    expect(await historyOf(house, reportId)).toEqual([['Pending', null]])

    const done: (readonly [string, string])[] = []
    for (const k of [0, 1, 2]) {
      const dueAt = startAt + k * 4 * hour
      await house.clock.set(dueAt)
      const lines = await house.logged('execution completed', reportId, k + 1)
      expect(lines.map((line) => line.scheduledAt)).toEqual([...done.map(([, at]) => at), wire(dueAt)])

      done.push(['Completed', wire(dueAt)])
      const waiting = k < 2 ? [['Pending', null]] : []
      expect(await historyOf(house, reportId)).toEqual([...done, ...waiting])
      const remaining = {
        recurrenceInterval: 4,
        recurrenceCount: 2 - k,
        totalRecurrenceCount: 3,
        nextExecutionStartTime: k < 2 ? wire(dueAt + 4 * hour) : null,
      }
      expect(await reportNow(house, reportId)).toMatchObject({
        ...remaining,
        startTime: wire(startAt),
        reportStatus: k < 2 ? 'Active' : 'Inactive',
      })
      const latest = `ScheduledReport/execution/${reportId}`
      expect((await get(house, `${base}/${latest}`)).body.value).toMatchObject([
        { ...remaining, executionStatus: 'Completed', reportGeneratedTime: wire(dueAt) },
      ])
      // v1 shows the count in all.
      expect((await get(house, `/insights/v1/cmp/${latest}`)).body.value).toMatchObject([{ recurrenceCount: 3 }])
    }

    await house.clock.advance(4 * hour)
    expect(await historyOf(house, reportId)).toEqual(done)
  })

  test('makes up in order what fell due while no server ran, each with its own reference time', async () => {
    const house = await openHouse()
    const reportId = await schedule(house, { StartTime: wire(noon), RecurrenceInterval: 4, RecurrenceCount: 100 })
    await house.logged('execution completed', reportId)
    await house.stop()
    await house.clock.advance(day + hour)
    await house.start()

    const lines = await house.logged('execution completed', reportId, 7)
    const due = [0, 4, 8, 12, 16, 20, 24].map((hours) => wire(noon + hours * hour))
    expect(lines.map((line) => line.scheduledAt)).toEqual(due)
    expect(await historyOf(house, reportId)).toEqual([...due.map((at) => ['Completed', at]), ['Pending', null]])
    expect(await reportNow(house, reportId)).toMatchObject({
      reportStatus: 'Active',
      recurrenceCount: 93,
      nextExecutionStartTime: wire(noon + 28 * hour),
    })
  })

  test('does not make up what is older than 30 days: that is Failed, and says why', async () => {
    const house = await openHouse()
    const reportId = await schedule(house, {
      StartTime: wire(noon + hour),
      RecurrenceInterval: 96,
      EndTime: wire(noon + 33 * day),
    })
    await house.stop()
    await house.clock.advance(35 * day)
    await house.start()
    await house.logged('execution completed', reportId, 7)

    const due = [0, 4, 8, 12, 16, 20, 24, 28, 32].map((days) => wire(noon + days * day + hour))
    expect(await historyOf(house, reportId)).toEqual([
      ['Failed', null],
      ['Failed', null],
      ...due.slice(2).map((at) => ['Completed', at]),
    ])
    const failed = await get(house, `${base}/ScheduledReport/execution/${reportId}?executionStatus=Failed`)
    expect(failed.body.value).toMatchObject([{ failureReason: { code: 'missed', message: expect.any(String) } }])
    expect(await reportNow(house, reportId)).toMatchObject({ reportStatus: 'Inactive', nextExecutionStartTime: null })
  })
})

describe('what ends with time', () => {
  test('a token after an hour, a link after a day, also when the server was restarted meanwhile', async () => {
    const house = await openHouse()
    const token = await house.token()
    const reportId = await schedule(house, { ExecuteNow: true })
    const execution = await completed(house.announcement, token, reportId)
    const statusAfter = async (passedMs: number): Promise<readonly unknown[]> => {
      await house.stop()
      await house.clock.set(noon + passedMs)
      await house.start()
      const download = await fetch(execution.reportAccessSecureLink)
      const text = await download.text()
      const listed = await call(house.announcement, token, 'GET', `${base}/ScheduledReport`)
      return [listed.status, listed.body.message, download.status, text.split(/\.|\n/)[0]]
    }
    const welcome = [200, 'Report fetched successfully']
    const file = [200, 'OfferName,AssetId']
    expect(await statusAfter(3_598_000)).toEqual([...welcome, ...file])
    // Half a minute is for clocks that differ.
    expect(await statusAfter(3_599_000 + 31_000)).toEqual([401, 'Unauthorized', ...file])
    expect(await statusAfter(day - 1_000)).toEqual([401, 'Unauthorized', ...file])
    const [, , status, message] = await statusAfter(day)
    expect(status).toBe(403)
    expect(message).toContain('"message":"The link has expired')
    // A new one is there for the asking.
    const renewed = await completed(house.announcement, await house.token(), reportId)
    expect((await fetch(renewed.reportAccessSecureLink)).status).toBe(200)
  })
})

describe('a callback', () => {
  /** Checks the signature as a receiver would, at the time of the house. Throws when it is not good. */
  function verify(house: TimedHouse, { body, headers }: ReceivedCall): void {
    vi.useFakeTimers({ toFake: ['Date'], now: house.clock.now() })
    try {
      new Webhook(house.webhookSecret).verify(body, headers as Record<string, string>)
    } finally {
      vi.useRealTimers()
    }
  }

  const storedDeliveries = (house: TimedHouse): readonly unknown[] => {
    const database = new DatabaseSync(join(house.folder, 'almanac.db'), { readOnly: true })
    try {
      return database.prepare('select status, attempts from callback_deliveries').all()
    } finally {
      database.close()
    }
  }

  const restarts = [false, true]
  const cases = (['POST', 'GET'] as const).flatMap((method) => restarts.map((restarted) => ({ method, restarted })))

  test.each(cases)(
    'by $method that is answered 500 is sent again, signed, once more (server restarted: $restarted)',
    async ({ method, restarted }) => {
      const house = await openHouse()
      const statuses = [500, 200]
      const receiver = await startReceiver((response) => response.writeHead(statuses.shift() ?? 418).end())
      const reportId = await schedule(house, {
        ExecuteNow: true,
        CallbackUrl: `http://127.0.0.1:${receiver.port}/ready?key=k`,
        CallbackMethod: method,
      })
      await house.logged('callback will be sent again', reportId)
      expect(storedDeliveries(house)).toEqual([{ status: 'waiting', attempts: 1 }])
      const first = receiver.calls[0]!
      expect(() => verify(house, first)).not.toThrow()

      if (restarted) {
        await house.stop()
        await house.start()
      }
      // Five seconds, give or take a fifth.
      await house.clock.advance(3_900)
      expect(receiver.calls).toHaveLength(1)
      await house.clock.advance(2_200)
      await house.logged('callback delivered', reportId)
      const second = receiver.calls[1]!
      expect(() => verify(house, second)).not.toThrow()
      expect(second.headers['webhook-id']).toBe(first.headers['webhook-id'])
      expect(second.headers['webhook-timestamp']).not.toBe(first.headers['webhook-timestamp'])
      expect([second.method, second.path, second.body]).toEqual([first.method, first.path, first.body])
      expect(storedDeliveries(house)).toEqual([{ status: 'delivered', attempts: 2 }])

      const token = await house.token()
      const execution = await completed(house.announcement, token, reportId)
      expect([second.method, second.path]).toEqual(
        method === 'GET' ? ['GET', `/ready?key=k&reportId=${reportId}`] : ['POST', `/ready/${reportId}?key=k`],
      )
      const manifest: unknown = await (
        await fetch(`${execution.reportLocation}/manifest`, { headers: { Authorization: `Bearer ${token}` } })
      ).json()
      expect(second.body === '' ? null : JSON.parse(second.body)).toEqual(
        method === 'GET'
          ? null
          : {
              type: 'report.execution.completed',
              timestamp: wire(noon),
              data: {
                reportId,
                executionId: execution.executionId,
                executionStatus: 'Completed',
                scheduledTime: wire(noon),
                startedTime: wire(noon),
                completedTime: wire(noon),
                manifest,
              },
            },
      )
      // Who overhears it can't download, and what was changed on the way is found out.
      expect(second.body).not.toMatch(/download|signature/)
      expect(() => verify(house, { ...second, body: `${second.body} ` })).toThrow('No matching signature found')

      await house.clock.advance(10 * minute)
      expect(receiver.calls).toHaveLength(2)
    },
  )
})
