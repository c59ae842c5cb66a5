import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { dayMs, hourMs, toWireTime } from '../kernel/hours.ts'
import { openApp, type TestApp, type TestClient } from './testing/open-app.ts'

// Update, pause, resume and delete, as a client meets them. What the rules say in each case is in `reports/`.

let installation: TestApp
let contoso: TestClient
let fabrikam: TestClient
let reader: TestClient
let cancelled: string[]

beforeAll(async () => {
  cancelled = []
  installation = await openApp({ reportDeleted: (id) => void cancelled.push(id) })
  contoso = await installation.addClient('contoso', ['Reports.ReadWrite'])
  fabrikam = await installation.addClient('fabrikam', ['Reports.ReadWrite'])
  reader = await installation.addClient('contoso', ['Reports.Read'])
})

afterAll(() => installation.close())

const at = (hours: number): string => toWireTime(installation.clock.now() + hours * hourMs)
const reportPath = (id: string, version = 'v1.1'): string => `/insights/${version}/cmp/ScheduledReport/${id}`

interface Item {
  readonly reportId: string
  readonly reportStatus: string
  readonly [field: string]: unknown
}

async function itemOf(answer: Awaited<ReturnType<TestClient['ask']>>): Promise<Item> {
  const body = answer.json<{ value: Item[]; message: string }>()
  if (answer.statusCode !== 200 || body.value[0] === undefined) throw new Error(JSON.stringify(body))
  return body.value[0]
}

async function newReport(fields: object = {}, client = contoso): Promise<Item> {
  const query = await client.ask('POST', '/insights/v1.1/cmp/ScheduledQueries', {
    Name: 'Orders',
    Query: 'SELECT OrderId, OrderDate FROM Orders TIMESPAN LAST_6_MONTHS',
  })
  const { queryId } = query.json<{ value: { queryId: string }[] }>().value[0] ?? {}
  const schedule = { StartTime: at(6), RecurrenceInterval: 24, RecurrenceCount: 5 }
  return itemOf(
    await client.ask('POST', '/insights/v1.1/cmp/ScheduledReport', {
      ReportName: 'Daily',
      QueryId: queryId,
      ...schedule,
      ...fields,
    }),
  )
}

async function executionsOf(id: string): Promise<readonly { executionStatus: string; executionId: string }[]> {
  const path = `/insights/v1.1/cmp/ScheduledReport/execution/${id}?getLatestExecution=false`
  const statuses = 'Pending;Running;Paused;Completed;Failed'
  const answer = await contoso.ask('GET', `${path}&executionStatus=${statuses}`)
  return answer.json<{ value: { executionStatus: string; executionId: string }[] }>().value
}

describe('PUT ScheduledReport/{reportId}', () => {
  test('changes what is sent, in any casing, keeps what is not, and clears what is null', async () => {
    const report = await newReport({
      Description: 'old',
      CallbackUrl: 'https://partner.example/hook',
      CallbackMethod: 'GET',
      Format: 'tsv',
    })
    const body = { reportname: ' Renamed ', DESCRIPTION: null, callbackMethod: 'post', CallbackUrl: '' }
    const answer = await contoso.ask('PUT', reportPath(report.reportId), body)
    expect(answer.json()).toMatchObject({ message: 'Report updated successfully', statusCode: 200, totalCount: 1 })
    const changed = await itemOf(answer)
    expect(changed).toEqual({
      ...report,
      reportName: 'Renamed',
      description: null,
      callbackMethod: 'POST',
      modifiedTime: toWireTime(installation.clock.now()),
    })
    expect(await itemOf(await contoso.ask('PUT', reportPath(report.reportId), { callbackurl: null }))).toMatchObject({
      callbackUrl: null,
      callbackMethod: null,
    })
    expect(
      await itemOf(await contoso.ask('GET', `/insights/v1.1/cmp/ScheduledReport?reportId=${report.reportId}`)),
    ).toMatchObject({ reportName: 'Renamed', callbackUrl: null })
  })

  test('takes back what a GET has shown, and changes nothing by it', async () => {
    const report = await newReport({ EndTime: at(500) })
    const changed = await itemOf(await contoso.ask('PUT', reportPath(report.reportId), report))
    expect({ ...changed, modifiedTime: null }).toEqual(report)
    const once = await newReport({ ExecuteNow: true })
    const same = await itemOf(await contoso.ask('PUT', reportPath(once.reportId), once))
    expect({ ...same, modifiedTime: null }).toEqual(once)
    await installation.runDue()
  })

  test('a new interval begins a new grid, whose next execution has an id of its own', async () => {
    const report = await newReport()
    const [before] = await executionsOf(report.reportId)
    const changed = await itemOf(
      await contoso.ask('PUT', reportPath(report.reportId), { RecurrenceInterval: '12', StartTime: at(30) }),
    )
    expect(changed).toMatchObject({
      recurrenceInterval: 12,
      recurrenceCount: 5,
      totalRecurrenceCount: 5,
      startTime: at(30),
      nextExecutionStartTime: at(30),
    })
    const [after, ...others] = await executionsOf(report.reportId)
    expect(others).toEqual([])
    expect(after?.executionId).not.toBe(before?.executionId)
  })

  test('v1 knows no EndTime, and leaves one alone that v1.1 has set', async () => {
    const report = await newReport({ EndTime: at(100) })
    const body = { EndTime: null, ReportName: 'v1' }
    const changed = await itemOf(await contoso.ask('PUT', reportPath(report.reportId, 'v1'), body))
    expect(changed).not.toHaveProperty('endTime')
    const seen = await contoso.ask('GET', `/insights/v1.1/cmp/ScheduledReport?reportId=${report.reportId}`)
    expect(await itemOf(seen)).toMatchObject({ endTime: report['endTime'], reportName: 'v1' })
  })

  test('brings a report back that has run out', async () => {
    const report = await newReport({ ExecuteNow: true })
    await installation.runDue()
    const body = { StartTime: at(1), RecurrenceInterval: 24, RecurrenceCount: 2 }
    const back = await itemOf(await contoso.ask('PUT', reportPath(report.reportId), body))
    expect(back).toMatchObject({ reportStatus: 'Active', executeNow: false, recurrenceCount: 2 })
    expect((await executionsOf(report.reportId)).map(({ executionStatus }) => executionStatus)).toEqual([
      'Pending',
      'Completed',
    ])
  })

  test.each([
    [{ ReportName: 'a;b' }, 'Invalid report parameters for creation - Invalid character (;) in ReportName'],
    [{ StartTime: 'tomorrow' }, 'Invalid report parameters for creation - StartTime should follow format: '],
    [{ RecurrenceCount: 0 }, 'Invalid report parameters for creation - Recurrence count has to be a positive '],
    [{ RecurrenceInterval: 0 }, 'Recurrence Interval must be between 1 and 17520'],
    [{ Format: 'xls' }, 'Invalid report parameters for creation - Report format should be csv/tsv'],
    [{ CallbackUrl: 'http://x.example' }, 'Invalid report parameters for creation - CallbackUrl should be an https'],
  ])('refuses %j in the documented words, and changes nothing', async (body, message) => {
    const report = await newReport()
    const answer = await contoso.ask('PUT', reportPath(report.reportId), { Description: 'lost', ...body })
    expect(answer.statusCode).toBe(400)
    expect(answer.json<{ message: string }>().message).toContain(message)
    const seen = await contoso.ask('GET', `/insights/v1.1/cmp/ScheduledReport?reportId=${report.reportId}`)
    expect(await itemOf(seen)).toEqual(report)
  })
})

describe('PUT ScheduledReport/pause and resume', () => {
  test('hold the waiting execution and let it go; doing so twice changes nothing', async () => {
    const report = await newReport()
    for (const _ of ['once', 'twice']) {
      const answer = await contoso.ask('PUT', `/insights/v1/cmp/ScheduledReport/PAUSE/${report.reportId}`)
      expect(answer.json()).toMatchObject({
        message: 'Report paused successfully',
        value: [{ reportStatus: 'Paused' }],
      })
    }
    expect((await executionsOf(report.reportId)).map(({ executionStatus }) => executionStatus)).toEqual(['Paused'])
    for (const _ of ['once', 'twice']) {
      const answer = await contoso.ask('PUT', `/insights/v1.1/cmp/ScheduledReport/resume/${report.reportId}`)
      expect(answer.json()).toMatchObject({
        message: 'Report resumed successfully',
        value: [{ reportStatus: 'Active', nextExecutionStartTime: at(6) }],
      })
    }
  })

  test('what was passed over while paused is not made up and does not count', async () => {
    const report = await newReport({ RecurrenceCount: 3 })
    await installation.clock.advance(6 * hourMs)
    await installation.runDue()
    await contoso.ask('PUT', `/insights/v1.1/cmp/ScheduledReport/pause/${report.reportId}`)
    await installation.clock.advance(5 * dayMs + hourMs)
    await installation.runDue()
    const resumed = await itemOf(
      await contoso.ask('PUT', `/insights/v1.1/cmp/ScheduledReport/resume/${report.reportId}`),
    )
    expect(resumed).toMatchObject({ recurrenceCount: 2, totalRecurrenceCount: 3, nextExecutionStartTime: at(23) })
    await installation.clock.advance(23 * hourMs + dayMs)
    await installation.runDue()
    expect((await executionsOf(report.reportId)).map(({ executionStatus }) => executionStatus)).toEqual([
      'Completed',
      'Completed',
      'Completed',
    ])
    expect(
      await itemOf(await contoso.ask('GET', `/insights/v1.1/cmp/ScheduledReport?reportId=${report.reportId}`)),
    ).toMatchObject({ reportStatus: 'Inactive', recurrenceCount: 0, nextExecutionStartTime: null })
  })

  test('a report whose end comes while it is paused is Inactive when it is resumed, and can do neither then', async () => {
    const report = await newReport({ EndTime: at(48) })
    await contoso.ask('PUT', `/insights/v1.1/cmp/ScheduledReport/pause/${report.reportId}`)
    await installation.clock.advance(3 * dayMs)
    const resumed = await itemOf(
      await contoso.ask('PUT', `/insights/v1.1/cmp/ScheduledReport/resume/${report.reportId}`),
    )
    expect(resumed).toMatchObject({ reportStatus: 'Inactive', nextExecutionStartTime: null })
    for (const verb of ['pause', 'resume']) {
      const answer = await contoso.ask('PUT', `/insights/v1.1/cmp/ScheduledReport/${verb}/${report.reportId}`)
      expect([answer.statusCode, answer.json<{ message: string }>().message]).toEqual([
        400,
        expect.stringContaining(`Invalid report parameters for creation - An Inactive report can not be ${verb}d`),
      ])
    }
  })
})

describe('DELETE ScheduledReport/{reportId}', () => {
  test('gives the report as it was; report, executions, file and links are gone at once', async () => {
    const report = await newReport({ ExecuteNow: true })
    await installation.runDue()
    const listed = await contoso.ask('GET', `/insights/v1.1/cmp/ScheduledReport/execution/${report.reportId}`)
    const { reportAccessSecureLink: link } = await itemOf(listed)
    const { pathname, search } = new URL(String(link))
    expect((await installation.app.inject(pathname + search)).statusCode).toBe(200)

    const answer = await contoso.ask('DELETE', reportPath(report.reportId))
    expect(answer.json()).toMatchObject({
      message: 'Report deleted successfully',
      value: [{ reportId: report.reportId, reportStatus: 'Inactive' }],
    })
    expect(cancelled).toContain(report.reportId)
    expect([404, 410]).toContain((await installation.app.inject(pathname + search)).statusCode)
    for (const path of [
      reportPath(report.reportId),
      `/insights/v1.1/cmp/ScheduledReport/pause/${report.reportId}`,
      `/insights/v1.1/cmp/ScheduledReport/resume/${report.reportId}`,
    ])
      expect((await contoso.ask('PUT', path, {})).statusCode).toBe(404)
    expect((await contoso.ask('DELETE', reportPath(report.reportId))).statusCode).toBe(404)
    const gone = await contoso.ask('GET', `/insights/v1.1/cmp/ScheduledReport/execution/${report.reportId}`)
    expect(gone.statusCode).toBe(404)
  })
})

test('what happened to a report is told, newest first, to its account', async () => {
  const report = await newReport({ RecurrenceCount: 2 })
  await contoso.ask('PUT', `/insights/v1.1/cmp/ScheduledReport/pause/${report.reportId}`)
  await installation.clock.advance(7 * hourMs)
  await contoso.ask('PUT', `/insights/v1.1/cmp/ScheduledReport/resume/${report.reportId}`)
  await installation.clock.advance(dayMs)
  await installation.runDue()
  const events = `/insights/v1/cmp/ScheduledReport/event/${report.reportId}`
  const told = (await contoso.ask('GET', events)).json<{ value: Record<string, unknown>[] }>().value
  expect(told.map(({ event }) => event)).toEqual(['completed', 'started', 'resumed', 'paused', 'created'])
  expect(told[0]).toMatchObject({ detail: expect.stringMatching(/^\d+ rows, \d+ bytes\.$/) as string })
  expect(told[2]?.['detail']).toBe(
    `What was due while it was paused is passed over; it goes on at ${String(told[1]?.['scheduledTime'])}.`,
  )
  const paused = await contoso.ask('GET', `${events}?endTime=${String(told[2]?.['time'])}&$top=1`)
  expect(paused.json<{ value: unknown[] }>().value).toEqual([told[3]])
  expect((await contoso.ask('GET', `${events}?startTime=yesterday`)).statusCode).toBe(400)
  expect((await fabrikam.ask('GET', events)).statusCode).toBe(404)
  expect((await reader.ask('GET', events)).statusCode).toBe(200)
})

describe('callbacks of a report', () => {
  const callbacks = (id: string): string => `/insights/v1.1/cmp/ScheduledReport/callback/${id}`

  test('are listed with their attempts, and can be sent again; another account finds none', async () => {
    const report = await newReport({ ExecuteNow: true, CallbackUrl: 'https://partner.example/hook' })
    await installation.runDue()
    const listed = await contoso.ask('GET', callbacks(report.reportId))
    const [callback] = listed.json<{ value: Record<string, unknown>[] }>().value
    expect(callback).toMatchObject({
      reportId: report.reportId,
      callbackUrl: 'https://partner.example/hook',
      callbackMethod: 'POST',
      callbackStatus: 'Waiting',
      attempts: [],
    })
    const id = String(callback?.['callbackId'])
    await installation.clock.advance(hourMs / 2)
    const again = await contoso.ask('POST', `${callbacks(id)}/send`)
    expect(again.json()).toMatchObject({ message: 'Callback will be sent', value: [{ nextAttemptTime: at(0) }] })
    expect((await fabrikam.ask('GET', callbacks(report.reportId))).statusCode).toBe(404)
    expect((await fabrikam.ask('POST', `${callbacks(id)}/send`)).statusCode).toBe(404)
    expect((await reader.ask('POST', `${callbacks(id)}/send`)).statusCode).toBe(403)
    expect((await contoso.ask('POST', `/insights/v1/mpn/ScheduledReport/callback/${id}/send`)).statusCode).toBe(404)
    expect((await contoso.ask('GET', callbacks('unknown'))).statusCode).toBe(404)
  })

  test('CallbackOn says whether failures are told too; it can be changed', async () => {
    const report = await newReport({ CallbackUrl: 'https://partner.example/hook', CallbackOn: 'ended' })
    expect(report['callbackOn']).toBe('Ended')
    const changed = await contoso.ask('PUT', reportPath(report.reportId), { CallbackOn: 'Completed' })
    expect(await itemOf(changed)).toMatchObject({ callbackOn: 'Completed', callbackMethod: 'POST' })
    const silent = await newReport({ CallbackOn: 'Ended' })
    expect(silent['callbackOn']).toBeNull()
  })
})

describe('who may', () => {
  test('another account finds nothing, and a reader is forbidden', async () => {
    const report = await newReport()
    const calls = [
      ['PUT', reportPath(report.reportId)],
      ['PUT', `/insights/v1.1/cmp/ScheduledReport/pause/${report.reportId}`],
      ['PUT', `/insights/v1.1/cmp/ScheduledReport/resume/${report.reportId}`],
      ['DELETE', reportPath(report.reportId)],
    ] as const
    for (const [method, path] of calls) {
      const body = method === 'PUT' ? { ReportName: 'stolen' } : undefined
      expect([path, (await fabrikam.ask(method, path, body)).statusCode]).toEqual([path, 404])
      expect([path, (await reader.ask(method, path, body)).statusCode]).toEqual([path, 403])
    }
    const seen = await contoso.ask('GET', `/insights/v1.1/cmp/ScheduledReport?reportId=${report.reportId}`)
    expect(await itemOf(seen)).toEqual(report)
  })
})
