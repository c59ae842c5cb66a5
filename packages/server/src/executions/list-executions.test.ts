import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { anArtifact } from '../artifacts/testing/an-artifact.ts'
import { smallCatalog, smallDataset } from '../datasets/testing/small-catalog.ts'
import { dayMs, secondMs } from '../kernel/hours.ts'
import { createFakeClock } from '../kernel/testing/fake-clock.ts'
import { createTurns } from './turns.ts'
import type { FakeClock } from '../kernel/testing/fake-clock.ts'
import { openSqliteStores } from '../stores/open-sqlite-stores.ts'
import type { Stores } from '../stores/stores.ts'
import { claimExecution } from './claim.ts'
import type { ClaimedExecution } from './execution.ts'
import { listExecutions, nothingFoundSentence } from './list-executions.ts'
import type { ListExecutionsInput } from './list-executions.ts'
import { daily, midnight, once, storeReport } from './testing/a-report.ts'

const owner = { accountId: 'account-1', clientId: 'client-1', user: '100001' }
const notFound = { code: 'not_found', data: { sentence: nothingFoundSentence } }
const noSuchReport = { code: 'not_found', data: {} }

let stores: Stores
let clock: FakeClock
let ids: number
beforeEach(async () => {
  stores = await openSqliteStores(':memory:')
  onTestFinished(() => stores.close())
  clock = createFakeClock(midnight)
  ids = 0
})

function list(change: Partial<ListExecutionsInput> = {}, who = owner) {
  return listExecutions(
    { catalog: smallCatalog(), executions: stores.executions, reports: stores.reports, clock },
    who,
    { program: 'cmp', reportIds: ['report-1'], executionIds: null, statuses: null, latestOnly: null, ...change },
  )
}

/** `outcome: report.occurrence Status, …`, in the order of the answer. */
async function shown(change: Partial<ListExecutionsInput> = {}): Promise<string> {
  const { items, outcome } = await list(change)
  const lines = items.map(({ reportId, occurrence, status }) => `${reportId}.${occurrence} ${status}`)
  return `${outcome}: ${lines.join(', ')}`
}

async function claim(): Promise<ClaimedExecution> {
  const newId = () => `id-${(ids += 1)}`
  const claimed = await claimExecution({
    executions: stores.executions,
    clock,
    newId,
    workerId: 'worker-1',
    leaseSeconds: 30,
    turns: createTurns(),
  })
  if (claimed === undefined) throw new Error('nothing is due')
  return claimed
}

async function complete(): Promise<ClaimedExecution> {
  const execution = await claim()
  const artifact = anArtifact({ id: `artifact-${execution.id}`, executionId: execution.id })
  const result = { finishedAt: clock.now(), artifact, delivery: null }
  expect(await stores.executions.complete(execution.id, execution.lease.token, result)).toBe(true)
  return execution
}

async function fail(): Promise<ClaimedExecution> {
  const execution = await claim()
  const failure = { code: 'timeout', message: 'It took too long.' } as const
  expect(
    await stores.executions.fail(execution.id, execution.lease.token, {
      finishedAt: clock.now(),
      failure,
      delivery: null,
    }),
  ).toBe(true)
  return execution
}

describe('by default', () => {
  test('the latest completed execution is shown, though later ones failed, run or wait', async () => {
    await storeReport(stores.reports)
    await complete()
    await clock.advance(dayMs)
    await complete()
    await clock.advance(dayMs)
    await fail()
    await clock.advance(dayMs)
    await claim()
    expect(await shown()).toBe('found: report-1.1 Completed')
    expect((await list()).items[0]?.artifact).not.toBeNull()
  })

  test('nothing completed yet: the waiting execution, as what it is', async () => {
    await storeReport(stores.reports)
    expect(await shown()).toBe('none_completed: report-1.0 Pending')
  })

  test('nothing completed yet: the running execution rather than the one that waits behind it', async () => {
    await storeReport(stores.reports)
    await claim()
    expect(await shown()).toBe('none_completed: report-1.0 Running')
    expect(await shown({ latestOnly: false })).toBe('none_completed: report-1.0 Running')
  })

  test('nothing completed and nothing to come: the failure, so that who polls learns of it', async () => {
    await storeReport(stores.reports, { schedule: once(midnight) })
    await fail()
    expect(await shown()).toBe('none_completed: report-1.0 Failed')
  })

  test('one for each of several reports; those without a completed one are left out when others have one', async () => {
    await storeReport(stores.reports, { id: 'report-1', schedule: daily(midnight) })
    await complete()
    await storeReport(stores.reports, { id: 'report-2', schedule: daily(midnight + secondMs) })
    await clock.advance(secondMs)
    await complete()
    await storeReport(stores.reports, { id: 'report-3', schedule: daily(midnight + dayMs) })
    expect(await shown({ reportIds: ['report-1', 'report-2', 'report-3'] })).toBe(
      'found: report-2.0 Completed, report-1.0 Completed',
    )
    expect(await shown({ reportIds: ['report-3'] })).toBe('none_completed: report-3.0 Pending')
  })

  test('none of several completed: what to poll on for each', async () => {
    await storeReport(stores.reports, { id: 'report-1' })
    await storeReport(stores.reports, { id: 'report-2', schedule: daily(midnight + dayMs) })
    await claim()
    expect(await shown({ reportIds: ['report-2', 'report-1'] })).toBe(
      'none_completed: report-2.0 Pending, report-1.0 Running',
    )
  })
})

describe('an explicit status', () => {
  test('filters, and the latest among those that pass is shown', async () => {
    await storeReport(stores.reports)
    await complete()
    await clock.advance(dayMs)
    await fail()
    expect(await shown({ statuses: ['Failed'] })).toBe('found: report-1.1 Failed')
    expect(await shown({ statuses: ['Pending'] })).toBe('found: report-1.2 Pending')
    expect(await shown({ statuses: ['Completed', 'Failed'] })).toBe('found: report-1.1 Failed')
    expect(await shown({ statuses: ['Completed', 'Failed'], latestOnly: false })).toBe(
      'found: report-1.1 Failed, report-1.0 Completed',
    )
  })

  test('that nothing has is not found, in the documented words', async () => {
    await storeReport(stores.reports)
    await expect(list({ statuses: ['Running', 'Paused'] })).rejects.toMatchObject(notFound)
    await expect(list({ statuses: ['Completed'] })).rejects.toMatchObject(notFound)
  })
})

describe('an execution id', () => {
  test('alone finds it in any status', async () => {
    await storeReport(stores.reports)
    expect(await shown({ executionIds: ['report-1.0'] })).toBe('found: report-1.0 Pending')
  })

  test('each of several is shown, unless the latest is asked for', async () => {
    await storeReport(stores.reports)
    const first = await complete()
    await clock.advance(dayMs)
    const second = await claim()
    const executionIds = [first.id, second.id]
    expect(await shown({ executionIds })).toBe('found: report-1.1 Running, report-1.0 Completed')
    expect(await shown({ executionIds, latestOnly: true })).toBe('found: report-1.1 Running')
    expect(await shown({ executionIds, statuses: ['Completed'] })).toBe('found: report-1.0 Completed')
  })

  test('of another report, or of none, is not found', async () => {
    await storeReport(stores.reports)
    await storeReport(stores.reports, { id: 'report-2' })
    await expect(list({ executionIds: ['report-2.0'] })).rejects.toMatchObject(notFound)
    await expect(list({ executionIds: ['nothing'] })).rejects.toMatchObject(notFound)
  })
})

test('without the latest only: completed ones of the last 90 days, newest first', async () => {
  await storeReport(stores.reports, { schedule: daily(midnight, 3) })
  await complete()
  await clock.set(midnight + dayMs)
  await complete()
  await clock.set(midnight + 2 * dayMs)
  await complete()
  expect(await shown({ latestOnly: false })).toBe(
    'found: report-1.2 Completed, report-1.1 Completed, report-1.0 Completed',
  )
  await clock.set(midnight + 91 * dayMs)
  expect(await shown({ latestOnly: false })).toBe('found: report-1.2 Completed, report-1.1 Completed')
  await clock.advance(1)
  expect(await shown({ latestOnly: false })).toBe('found: report-1.2 Completed')
})

describe('reports', () => {
  test('that do not exist are not found; beside one that does they are left out', async () => {
    await storeReport(stores.reports)
    await expect(list({ reportIds: ['nothing'] })).rejects.toEqual(expect.objectContaining(noSuchReport))
    await expect(list({ reportIds: [] })).rejects.toEqual(expect.objectContaining(noSuchReport))
    expect(await shown({ reportIds: ['nothing', 'report-1', 'report-1'] })).toBe('none_completed: report-1.0 Pending')
  })

  test('of another account or program do not exist', async () => {
    await storeReport(stores.reports)
    await storeReport(stores.reports, { id: 'report-2', program: 'mpn' })
    await expect(list({}, { ...owner, accountId: 'account-2' })).rejects.toEqual(expect.objectContaining(noSuchReport))
    await expect(list({ reportIds: ['report-2'] })).rejects.toEqual(expect.objectContaining(noSuchReport))
  })

  test('are found by their program in any case; an unknown one is refused', async () => {
    await storeReport(stores.reports)
    expect(await shown({ program: 'CMP' })).toBe('none_completed: report-1.0 Pending')
    await expect(list({ program: 'other' })).rejects.toMatchObject({
      code: 'unknown_program',
      data: { known: ['cmp'] },
    })
  })
})

test('a catalog that no longer has the dataset hides no execution', async () => {
  await storeReport(stores.reports)
  const catalog = smallCatalog([smallDataset({ name: 'Other' })])
  const input = { program: 'cmp', reportIds: ['report-1'], executionIds: null, statuses: null, latestOnly: null }
  const found = await listExecutions(
    { catalog, executions: stores.executions, reports: stores.reports, clock },
    owner,
    input,
  )
  expect(found.items).toHaveLength(1)
})
