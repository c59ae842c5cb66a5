import { describe, expect, onTestFinished, test } from 'vitest'
import { startReceiver } from '../packages/server/src/callbacks/testing/start-receiver.ts'
import { call, type Answer } from './testing/call.ts'
import { base, createReport, saveQuery } from './testing/steps.ts'
import { openTimedHouse, type TimedHouse } from './testing/timed-house.ts'

// The emulator's clock, moved by an administrator: what falls due happens, in order, before the answer.

const noon = Date.UTC(2026, 4, 9, 12)
const hour = 3_600_000
const day = 24 * hour
const wire = (at: number): string => `${new Date(at).toISOString().slice(0, 19)}Z`

interface Moved {
  readonly time: string
  readonly machineTime: string
  readonly counts: Record<string, number>
  readonly happenings: readonly {
    readonly kind: string
    readonly time: string
    readonly scheduledTime: string | null
  }[]
}

async function openHouse(movable = true): Promise<TimedHouse> {
  const house = await openTimedHouse(noon, { settings: { 'clock.movable': movable }, roles: ['Admin'] })
  onTestFinished(() => house.close())
  return house
}

async function move(house: TimedHouse, body: object): Promise<Answer> {
  return call(house.announcement, await house.token(), 'POST', '/admin/clock', JSON.stringify(body))
}

async function moved(house: TimedHouse, body: object): Promise<Moved> {
  const answer = await move(house, body)
  expect([answer.status, answer.body.message]).toEqual([200, 'Clock moved'])
  return answer.body.value[0] as unknown as Moved
}

async function daily(house: TimedHouse, count: number, change: object = {}): Promise<string> {
  const token = await house.token()
  const queryId = await saveQuery(house.announcement, token, 'orders', 'SELECT OfferName FROM ISVOrder LIMIT 3')
  const schedule = { StartTime: wire(noon + hour), RecurrenceInterval: 24, RecurrenceCount: count, ...change }
  return createReport(house.announcement, token, 'daily', queryId, schedule)
}

describe('a clock that may be moved', () => {
  test('a year of a daily report happens in order, each run at its own time, and the answer tells of all', async () => {
    const house = await openHouse()
    const reportId = await daily(house, 1_000)
    const year = await moved(house, { MoveBySeconds: (365 * day) / 1000 })
    expect(year).toMatchObject({ time: wire(noon + 365 * day), machineTime: wire(noon) })
    expect(year.counts).toMatchObject({ execution_completed: 365, execution_failed: 0 })
    const dueAts = Array.from({ length: 365 }, (_, k) => wire(noon + hour + k * day))
    expect(year.happenings.map(({ scheduledTime }) => scheduledTime)).toEqual(dueAts)
    expect(year.happenings.map(({ time }) => time)).toEqual(dueAts)

    const path = `${base}/ScheduledReport?reportId=${reportId}`
    const { headers, body } = await call(house.announcement, await house.token(), 'GET', path)
    expect(body.value[0]).toMatchObject({ recurrenceCount: 635, nextExecutionStartTime: wire(noon + hour + 365 * day) })
    expect(headers.get('x-almanac-clock')).toBe(wire(noon + 365 * day))
  })

  test('callbacks are sent when their runs end, and tried again at the times of their schedule', async () => {
    const house = await openHouse()
    let answers = 0
    const receiver = await startReceiver((response) => {
      answers += 1
      response.writeHead(answers < 3 ? 500 : 200).end()
    })
    await daily(house, 1, { CallbackUrl: `http://127.0.0.1:${receiver.port}/ready` })
    const { happenings } = await moved(house, { MoveTo: wire(noon + 2 * hour) })
    expect(happenings.map(({ kind }) => kind)).toEqual([
      'execution_completed',
      'callback_retried',
      'callback_retried',
      'callback_delivered',
    ])
    const [, first = 0, second = 0, third = 0] = happenings.map(({ time }) => Date.parse(time))
    // 5 seconds and 5 minutes after, give or take what spreads them.
    expect(second - first).toBeGreaterThanOrEqual(4_000)
    expect(second - first).toBeLessThanOrEqual(8_000)
    expect(third - second).toBeGreaterThanOrEqual(240_000)
    expect(third - second).toBeLessThanOrEqual(480_000)
  })

  test('a token grows old by it, as everything does; the server keeps its time over a restart', async () => {
    const house = await openHouse()
    const token = await house.token()
    await moved(house, { MoveBySeconds: 7_200 })
    expect((await call(house.announcement, token, 'GET', `${base}/ScheduledDataset`)).status).toBe(401)
    await house.stop()
    await house.start()
    const { body } = await call(house.announcement, await house.token(), 'GET', '/admin/clock')
    expect(body.value).toMatchObject([{ time: wire(noon + 2 * hour), movable: true, previousTime: null }])
  })

  test('goes forward only, and wants to know how far', async () => {
    const house = await openHouse()
    for (const [body, message] of [
      [{ MoveTo: wire(noon - 1_000) }, 'The clock moves forward only'],
      [{ MoveTo: 'later' }, 'MoveTo should follow format'],
      [{}, 'Send either MoveTo or MoveBySeconds'],
      [{ MoveTo: wire(noon), MoveBySeconds: 1 }, 'Send either MoveTo or MoveBySeconds'],
      [{ MoveBySeconds: -1 }, 'MoveBySeconds must be a whole number from 0'],
    ] as const) {
      const answer = await move(house, body)
      expect([answer.status, answer.body.message]).toEqual([400, expect.stringContaining(message)])
    }
  })
})

describe('a clock that may not', () => {
  test('stays the machine’s, shows itself to administrators, and marks no answer', async () => {
    const house = await openHouse(false)
    const refused = await move(house, { MoveBySeconds: 60 })
    expect([refused.status, refused.headers.get('x-almanac-clock')]).toEqual([403, null])
    const { body } = await call(house.announcement, await house.token(), 'GET', '/admin/clock')
    expect(body.value).toMatchObject([{ time: wire(noon), machineTime: wire(noon), movable: false }])
  })
})

test('only administrators see and move a clock', async () => {
  const house = await openTimedHouse(noon, { settings: { 'clock.movable': true } })
  onTestFinished(() => house.close())
  expect((await move(house, { MoveBySeconds: 60 })).status).toBe(403)
  expect((await call(house.announcement, await house.token(), 'GET', '/admin/clock')).status).toBe(403)
  expect((await call(house.announcement, 'no token', 'POST', '/admin/clock', '{}')).status).toBe(401)
})
