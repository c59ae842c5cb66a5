import { expect, test } from 'vitest'
import { envelopeOf, type Answer, type Asked } from '../test/answering-server.ts'
import { completedExecution, startService, type Service } from '../test/service.ts'
import type { Execution } from './index.ts'

const noneYet =
  "There are no executions that have occurred for the given filter conditions. Please recheck the reportId or executionId and retry the API after the report's scheduled execution time"

const executionOf = (executionStatus: Execution['executionStatus'], change: Partial<Execution> = {}) =>
  completedExecution(null, { executionStatus, ...change })

const found = (execution: Execution): Answer => ({ json: envelopeOf([execution]) })
/** As the service answers before the first completed execution. */
const waiting = (execution: Execution): Answer => ({
  status: 404,
  json: envelopeOf([execution], {
    message: noneYet,
    statusCode: 404,
    error: { code: 'no_execution_yet', details: [] },
  }),
})

/** A service that gives these answers one after the other, and the last one for ever. */
function startAnswers(...answers: readonly Answer[]): Promise<Service> {
  let at = 0
  return startService(() => {
    const answer = answers[Math.min(at, answers.length - 1)]
    at += 1
    return answer ?? {}
  })
}

const idsAsked = (asked: readonly Asked[]) =>
  asked.filter(({ path }) => path.includes('/execution/')).map(({ query }) => query.get('executionId'))

test('a 404 with a waiting execution means waiting; it is then followed by its id until it completes', async () => {
  const service = await startAnswers(
    waiting(executionOf('Pending')),
    found(executionOf('Running')),
    found(executionOf('Completed')),
  )
  const polled: (string | undefined)[] = []
  const execution = await service.client.waitForExecution('report-1', {
    onPoll: (seen) => polled.push(seen?.executionStatus),
  })
  expect(execution).toEqual(executionOf('Completed'))
  expect(polled).toEqual(['Pending', 'Running', 'Completed'])
  expect(idsAsked(service.asked)).toEqual([null, 'execution-1', 'execution-1'])
})

test('pauses grow by half, up to the longest', async () => {
  const service = await startAnswers(
    ...Array.from({ length: 6 }, () => waiting(executionOf('Pending'))),
    found(executionOf('Completed')),
  )
  await service.client.waitForExecution('report-1', { pollMs: 100, maximumPollMs: 300 })
  expect(service.pauses).toEqual([100, 150, 225, 300, 300, 300])
})

test('a failed execution raises its reason', async () => {
  const failureReason = { code: 'timeout', message: 'It ran longer than two hours' }
  const service = await startAnswers(waiting(executionOf('Failed', { failureReason })))
  await expect(service.client.waitForExecution('report-1')).rejects.toMatchObject({
    code: 'execution_failed',
    message: 'The execution execution-1 failed: It ran longer than two hours',
    details: [failureReason],
  })
  expect(service.pauses).toEqual([])
})

test('the real service, which shows a waiting execution with 200 or nothing with 404, is waited for as well', async () => {
  const nothing = { status: 404, json: envelopeOf([], { message: noneYet, statusCode: 404 }) }
  const service = await startAnswers(
    nothing,
    found(executionOf('Pending')),
    nothing,
    { json: envelopeOf([]) },
    found(executionOf('Completed')),
  )
  expect((await service.client.waitForExecution('report-1')).executionStatus).toBe('Completed')
  expect(idsAsked(service.asked)).toEqual([null, null, 'execution-1', null, null])
})

test('a report that does not exist is an error at once', async () => {
  const service = await startAnswers({
    status: 404,
    json: envelopeOf([], { message: noneYet, statusCode: 404, error: { code: 'not_found', details: [] } }),
  })
  await expect(service.client.waitForExecution('nothing')).rejects.toMatchObject({ code: 'not_found', status: 404 })
  expect(service.asked.filter(({ path }) => path.includes('execution'))).toHaveLength(1)
})

test('a service that restarts meanwhile does not end the wait', async () => {
  const service = await startAnswers(
    waiting(executionOf('Pending')),
    { status: 503, json: {} },
    { status: 429, json: envelopeOf([], { statusCode: 429 }) },
    { write: (response) => response.destroy() },
    found(executionOf('Completed')),
  )
  await service.client.waitForExecution('report-1')
  expect(idsAsked(service.asked).slice(1)).toEqual(['execution-1', 'execution-1', 'execution-1', 'execution-1'])
})

test('a service that says when to come back is asked no sooner', async () => {
  const busy = { status: 429, headers: { 'retry-after': '45' }, json: envelopeOf([], { statusCode: 429 }) }
  const service = await startAnswers(waiting(executionOf('Pending')), busy, found(executionOf('Completed')))
  await service.client.waitForExecution('report-1')
  expect(service.pauses).toEqual([1_000, 45_000])
})

test('a service that stays away ends the wait', async () => {
  const service = await startAnswers({ status: 503, json: {} })
  await expect(service.client.waitForExecution('report-1')).rejects.toMatchObject({ status: 503 })
  expect(service.pauses).toHaveLength(4)
})

test('a refusal ends the wait', async () => {
  const service = await startAnswers({ status: 403, json: envelopeOf([], { message: 'Forbidden', statusCode: 403 }) })
  await expect(service.client.waitForExecution('report-1')).rejects.toMatchObject({ status: 403, message: 'Forbidden' })
})

test('an abort ends the wait with its reason', async () => {
  const service = await startAnswers(waiting(executionOf('Pending')))
  const controller = new AbortController()
  const wait = service.client.waitForExecution('report-1', {
    signal: controller.signal,
    onPoll: () => controller.abort(new Error('enough')),
  })
  await expect(wait).rejects.toThrow('enough')
})

test('lists: filters as the API wants them, several reports at once, and the waiting one before any completed', async () => {
  const service = await startAnswers(waiting(executionOf('Pending')))
  const seen = await service.client.executions.list(['a', 'b'], {
    statuses: ['Pending', 'Failed'],
    executionIds: ['x', 'y'],
    latestOnly: false,
  })
  expect(seen).toEqual([executionOf('Pending')])
  const { path, query } = service.asked.at(-1)!
  expect(path).toBe('/insights/v1.1/cmp/ScheduledReport/execution/a;b')
  expect(Object.fromEntries(query)).toEqual({
    executionId: 'x;y',
    executionStatus: 'Pending;Failed',
    getLatestExecution: 'false',
  })
})
