import { readdir, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { dayMs, hourMs, secondMs } from '../kernel/hours.ts'
import { claimExecution } from './claim.ts'
import { retain } from './retain.ts'
import type { RetainDeps } from './retain.ts'
import { runExecution } from './run-execution.ts'
import { runFileKey } from './run-file.ts'
import { daily, midnight, storeReport } from './testing/a-report.ts'
import { openWorkshop, openWorld } from './testing/open-workshop.ts'
import type { Workshop, World } from './testing/open-workshop.ts'

let workshop: Workshop
beforeAll(async () => {
  workshop = await openWorkshop()
})
afterAll(() => workshop.close())

const running = new AbortController().signal

function depsOf(world: World, change: Partial<RetainDeps> = {}): RetainDeps {
  return {
    executions: world.stores.executions,
    reports: world.stores.reports,
    artifacts: world.stores.artifacts,
    blobs: world.blobs,
    clock: world.clock,
    machineClock: { ...world.clock, now: () => Date.now() },
    keptDays: 90,
    orphanAgeMs: 3 * hourMs,
    ...change,
  }
}

/** Runs what is due, one after the other. */
async function runDue(world: World): Promise<void> {
  for (;;) {
    const execution = await claimExecution(world.deps)
    if (execution === undefined) return
    await runExecution(world.deps, execution, running)
  }
}

/** The published files, as they lie on disk. */
async function files(world: World): Promise<readonly string[]> {
  const found = await readdir(join(world.blobs.stagingFolder, '../blobs'), { recursive: true, withFileTypes: true })
  return found.filter((entry) => entry.isFile()).map(({ name }) => name)
}

async function publish(world: World, key: string, at: number): Promise<void> {
  await writeFile(world.blobs.stagingPath(key), 'OrderId\n')
  await world.blobs.publish(key)
  const path = join(world.blobs.stagingFolder, '../blobs', key.slice(0, 2), key)
  await utimes(path, at / secondMs, at / secondMs)
}

describe('retention', () => {
  test('removes executions and files past their days, the rest stay, and so do reports and what waits', async () => {
    const world = await openWorld(workshop)
    await storeReport(world.stores.reports, { schedule: daily(midnight) })
    for (let day = 0; day < 4; day += 1) {
      await world.clock.set(midnight + day * dayMs)
      await runDue(world)
    }
    await world.clock.set(midnight + 91.5 * dayMs)
    expect(await retain(depsOf(world), running)).toEqual({ executions: 2, files: 2, orphans: 0 })
    expect((await world.list()).map(({ status }) => status)).toEqual(['Completed', 'Completed', 'Pending'])
    expect(await files(world)).toHaveLength(2)
    expect(await retain(depsOf(world), running)).toEqual({ executions: 0, files: 0, orphans: 0 })
    expect(await world.stores.reports.find('account-1', 'cmp', 'report-1')).toMatchObject({ startedCount: 4 })
  })

  test('goes in steps, however much there is', async () => {
    const world = await openWorld(workshop)
    for (let index = 0; index < 250; index += 1) {
      await storeReport(world.stores.reports, { id: `report-${index}`, schedule: daily(midnight, 1) })
    }
    for (let claimed = 0; claimed < 250; claimed += 1) {
      const execution = await claimExecution(world.deps)
      const failure = { code: 'internal', message: 'No.' } as const
      await world.stores.executions.fail(execution?.id ?? '', execution?.lease.token ?? '', {
        finishedAt: midnight,
        failure,
        delivery: null,
      })
    }
    const steps: number[] = []
    const executions = { ...world.stores.executions }
    const deps = depsOf(world, {
      executions: {
        ...executions,
        async removeEnded(beforeAt, limit) {
          const removed = await executions.removeEnded(beforeAt, limit)
          steps.push(removed.removed)
          return removed
        },
      },
    })
    await world.clock.set(midnight + 91 * dayMs)
    expect(await retain(deps, running)).toMatchObject({ executions: 250, files: 0 })
    expect(steps).toEqual([100, 100, 50])
  })

  test('finds files that nothing names, once they are old enough to be nobody’s run', async () => {
    const world = await openWorld(workshop)
    await storeReport(world.stores.reports, { schedule: daily(midnight) })
    await runDue(world)
    const [named = ''] = await files(world)
    await publish(world, 'orphan-old.csv', Date.now() - 4 * hourMs)
    await publish(world, 'orphan-young.csv', Date.now() - 2 * hourMs)
    await publish(world, named, Date.now() - 4 * hourMs)
    expect(await retain(depsOf(world), running)).toEqual({ executions: 0, files: 0, orphans: 1 })
    expect((await files(world)).toSorted()).toEqual([named, 'orphan-young.csv'].toSorted())
  })

  test('leaves the file of a run that holds its lease, however long its upload took', async () => {
    const world = await openWorld(workshop)
    await storeReport(world.stores.reports)
    const execution = await claimExecution(world.deps)
    if (execution === undefined) throw new Error('one is due')
    // As S3 dates it: by when the upload began.
    await publish(world, runFileKey(execution), Date.now() - 4 * hourMs)
    expect(await retain(depsOf(world), running)).toMatchObject({ orphans: 0 })
    await world.stores.executions.handBack(execution.id, execution.lease.token, midnight)
    expect(await retain(depsOf(world), running)).toMatchObject({ orphans: 1 })
  })

  test('a moved clock makes no run’s file an orphan', async () => {
    const world = await openWorld(workshop)
    await world.clock.set(Date.now() + 3_650 * dayMs)
    await publish(world, 'just-published.csv', Date.now())
    expect(await retain(depsOf(world), running)).toMatchObject({ orphans: 0 })
    expect(await files(world)).toEqual(['just-published.csv'])
  })

  test('a file that can’t be removed is found again as an orphan', async () => {
    const world = await openWorld(workshop)
    await storeReport(world.stores.reports, { schedule: daily(midnight) })
    await runDue(world)
    await world.clock.set(midnight + 91 * dayMs)
    const failing = { ...world.blobs, delete: () => Promise.reject(new Error('EIO')) }
    await expect(retain(depsOf(world, { blobs: failing }), running)).rejects.toThrow('EIO')
    const [left = ''] = await files(world)
    await publish(world, left, Date.now() - 4 * hourMs)
    expect(await retain(depsOf(world), running)).toMatchObject({ executions: 0, orphans: 1 })
    expect(await files(world)).toEqual([])
  })

  test('told to stop, it stops between two steps', async () => {
    const world = await openWorld(workshop)
    await publish(world, 'orphan-old.csv', Date.now() - 4 * hourMs)
    const stopped = AbortSignal.abort()
    expect(await retain(depsOf(world), stopped)).toEqual({ executions: 0, files: 0, orphans: 0 })
    expect(await files(world)).toEqual(['orphan-old.csv'])
  })
})
