import { afterAll, beforeAll, expect, test } from 'vitest'
import { setAccountStanding } from '../access/change-client.ts'
import { createAccount } from '../access/create-account.ts'
import { EngineError } from '../datasets/query-engine.ts'
import { serverItself } from '../kernel/audit-entry.ts'
import { dayMs, secondMs } from '../kernel/hours.ts'
import { claimExecution } from './claim.ts'
import type { ClaimedExecution } from './execution.ts'
import { runExecution } from './run-execution.ts'
import { daily, midnight, storeReport } from './testing/a-report.ts'
import { engineThat, openWorkshop, openWorld } from './testing/open-workshop.ts'
import type { Workshop, World } from './testing/open-workshop.ts'
import type { WorkerDeps } from './worker.ts'

// What becomes of the executions of an account that is disabled (`docs/reference/compatibility.md`, Tokens and accounts).

let workshop: Workshop
beforeAll(async () => {
  workshop = await openWorkshop()
})
afterAll(() => workshop.close())

const running = new AbortController().signal

/** A world whose `account-1` has a report each day, which tells its receiver of failures too. */
async function openWithReport(change: Partial<WorkerDeps> = {}): Promise<World> {
  const world = await openWorld(workshop, change)
  const { clients } = world.stores
  await createAccount({ clients, clock: world.clock }, serverItself, { id: 'account-1', name: 'One' })
  await storeReport(world.stores.reports, {
    schedule: daily(midnight, 5),
    callback: { url: 'https://partner.example/cb', method: 'POST', on: 'ended' },
  })
  return world
}

const set = ({ stores, clock }: World, standing: 'enabled' | 'disabled') =>
  setAccountStanding({ clients: stores.clients, clock }, serverItself, { accountId: 'account-1', standing })

async function claim(deps: WorkerDeps): Promise<ClaimedExecution> {
  const claimed = await claimExecution(deps)
  if (claimed === undefined) throw new Error('nothing is due')
  return claimed
}

const neverAsked = engineThat(() => Promise.reject(new Error('data were read for a disabled account')))

async function owed({ stores }: World): Promise<number> {
  const all = await stores.deliveries.list('account-1', { reportId: 'report-1', executionId: null }, 100)
  return all.length
}

test('what comes due ends at once, without reading data, trying again, a callback or a file; the next one waits', async () => {
  const world = await openWithReport()
  await set(world, 'disabled')
  await runExecution({ ...world.deps, engine: neverAsked }, await claim(world.deps), running)

  expect(world.events.names).toEqual(['executionFailed report-1.0'])
  expect(await world.list()).toMatchObject([
    {
      status: 'Failed',
      attempts: 1,
      failedTries: 0,
      artifact: null,
      failure: {
        code: 'account_disabled',
        message: 'The account is disabled. Executions that fall due after it is enabled again will run.',
      },
    },
    { status: 'Pending', occurrence: 1, scheduledAt: midnight + dayMs },
  ])
  expect([await owed(world), await world.staged(), await world.published()]).toEqual([0, [], []])
})

test('a schedule goes on where it is when the account is enabled again, and makes nothing up', async () => {
  const world = await openWithReport()
  await set(world, 'disabled')
  for (let day = 0; day < 2; day += 1) {
    await runExecution({ ...world.deps, engine: neverAsked }, await claim(world.deps), running)
    await world.clock.advance(dayMs)
  }
  await set(world, 'enabled')
  await runExecution(world.deps, await claim(world.deps), running)
  expect((await world.list()).map(({ occurrence, status }) => [occurrence, status])).toEqual([
    [0, 'Failed'],
    [1, 'Failed'],
    [2, 'Completed'],
    [3, 'Pending'],
  ])
  expect(await owed(world)).toBe(1)
})

test('one that waits for its next try ends when that comes', async () => {
  const world = await openWithReport()
  const failing = engineThat(() => Promise.reject(new EngineError('crashed', 'the engine died')))
  await runExecution({ ...world.deps, engine: failing }, await claim(world.deps), running)
  expect(await world.list()).toMatchObject([{ status: 'Running', failedTries: 1 }, { status: 'Pending' }])
  await set(world, 'disabled')
  await world.clock.advance(20 * secondMs)
  await runExecution({ ...world.deps, engine: neverAsked }, await claim(world.deps), running)
  expect(await world.list()).toMatchObject([
    { status: 'Failed', attempts: 2, failedTries: 1, failure: { code: 'account_disabled' } },
    { status: 'Pending' },
  ])
  expect(await owed(world)).toBe(0)
})

test('a run under way when the account is disabled publishes nothing', async () => {
  const world = await openWithReport()
  const engine = engineThat(async (...args) => {
    const file = await workshop.engine.export(...args)
    await set(world, 'disabled')
    return file
  })
  await runExecution({ ...world.deps, engine }, await claim(world.deps), running)
  expect(await world.list()).toMatchObject([
    { status: 'Failed', artifact: null, failure: { code: 'account_disabled' } },
    { status: 'Pending' },
  ])
  expect([await owed(world), await world.staged(), await world.published()]).toEqual([0, [], []])
})

test('other accounts are served as ever, an account that nobody made known among them', async () => {
  const world = await openWithReport()
  await set(world, 'disabled')
  await storeReport(world.stores.reports, { id: 'theirs', accountId: 'account-2' })
  for (let run = 0; run < 2; run += 1) await runExecution(world.deps, await claim(world.deps), running)
  const theirs = await world.stores.executions.list('account-2', 'cmp', { reportIds: ['theirs'], latestOnly: false })
  expect(theirs.map(({ status }) => status)).toContain('Completed')
})
