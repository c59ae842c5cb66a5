import { utimes, writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { hourMs, secondMs } from '../kernel/hours.ts'
import { claimExecution } from './claim.ts'
import { startJanitor } from './janitor.ts'
import type { JanitorDeps } from './janitor.ts'
import { runFileKey } from './run-file.ts'
import { midnight, storeReport } from './testing/a-report.ts'
import { openWorkshop, openWorld } from './testing/open-workshop.ts'
import type { Workshop, World } from './testing/open-workshop.ts'

let workshop: Workshop
beforeAll(async () => {
  workshop = await openWorkshop()
})
afterAll(() => workshop.close())

const orphanAgeMs = 3 * hourMs

/** Starts a janitor that stops with its test. `round` resolves when it rests until the next hour. */
function start(world: World, change: Partial<JanitorDeps> = {}) {
  const stop = new AbortController()
  const errors: unknown[] = []
  const { reports, artifacts, executions, strayLeases } = world.stores
  const stopped = startJanitor(
    {
      reports,
      artifacts,
      executions,
      strayLeases,
      blobs: world.blobs,
      clock: world.clock,
      machineClock: world.clock,
      keptDays: 90,
      orphanAgeMs,
      onRound: () => undefined,
      onError: (error) => errors.push(error),
      ...change,
    },
    stop.signal,
  )
  onTestFinished(async () => {
    stop.abort()
    await stopped
  })
  return { errors, round: () => world.clock.waitedFor(world.clock.now() + hourMs) }
}

test('staging files of long-dead workers go at the start; one that may still be written stays', async () => {
  const world = await openWorld(workshop)
  const old = world.blobs.stagingPath('report-0.0.dead.csv')
  const young = world.blobs.stagingPath('report-0.0.alive.csv')
  await Promise.all([old, young].map((path) => writeFile(path, 'OrderId')))
  const oldestAlive = (midnight - orphanAgeMs) / secondMs
  await utimes(old, oldestAlive - 1, oldestAlive - 1)
  await utimes(young, oldestAlive, oldestAlive)
  await start(world).round()
  expect(await world.staged()).toEqual(['report-0.0.alive.csv'])
})

test('the staging file of a run that holds its lease stays, however long its upload takes', async () => {
  const world = await openWorld(workshop)
  await storeReport(world.stores.reports)
  const execution = await claimExecution(world.deps)
  if (execution === undefined) throw new Error('one is due')
  const path = world.blobs.stagingPath(runFileKey(execution))
  await writeFile(path, 'OrderId')
  await utimes(path, 0, 0)
  const janitor = start(world)
  await janitor.round()
  expect(await world.staged()).toEqual([runFileKey(execution)])
  await world.stores.executions.handBack(execution.id, execution.lease.token, midnight)
  await world.clock.advance(hourMs)
  await janitor.round()
  expect(await world.staged()).toEqual([])
})

test('a staging folder that can’t be read is reported, and looked at again after an hour', async () => {
  const world = await openWorld(workshop)
  let looks = 0
  const sweepStaging = async (): Promise<number> => {
    looks += 1
    if (looks === 1) throw new Error('EACCES')
    return 0
  }
  const janitor = start(world, { blobs: { ...world.blobs, sweepStaging } })
  await janitor.round()
  expect(janitor.errors).toEqual([new Error('EACCES')])
  await world.clock.advance(hourMs)
  await janitor.round()
  expect([looks, janitor.errors.length]).toEqual([2, 1])
})
