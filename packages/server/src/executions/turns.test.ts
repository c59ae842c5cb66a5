import { afterAll, beforeAll, expect, test } from 'vitest'
import { secondMs } from '../kernel/hours.ts'
import { claimExecution } from './claim.ts'
import { midnight, once, storeReport } from './testing/a-report.ts'
import { openWorkshop, openWorld } from './testing/open-workshop.ts'
import type { Workshop } from './testing/open-workshop.ts'
import { createTurns } from './turns.ts'

let workshop: Workshop
beforeAll(async () => {
  workshop = await openWorkshop()
})
afterAll(() => workshop.close())

test('an account with hundreds of due reports does not hold up the others', async () => {
  const world = await openWorld(workshop)
  const { reports } = world.stores
  for (let index = 0; index < 300; index += 1) {
    await storeReport(reports, { id: `big-${index}`, accountId: 'big', schedule: once(midnight) })
  }
  for (const accountId of ['small-1', 'small-2']) {
    for (const k of [1, 2]) {
      await storeReport(reports, { id: `${accountId}-${k}`, accountId, schedule: once(midnight + k) })
    }
  }
  await world.clock.set(midnight + secondMs)
  const order: string[] = []
  for (let claim = 0; claim < 7; claim += 1) order.push((await claimExecution(world.deps))?.accountId ?? 'none')
  expect(order).toEqual(['big', 'small-1', 'small-2', 'big', 'big', 'big', 'big'])

  // Whoever comes new, or has waited for the second in which nobody else was seen, has a turn.
  await storeReport(reports, { id: 'new', accountId: 'new', schedule: once(midnight + 9) })
  await world.clock.advance(secondMs)
  const later: string[] = []
  for (let claim = 0; claim < 4; claim += 1) later.push((await claimExecution(world.deps))?.accountId ?? 'none')
  expect(later.toSorted()).toEqual(['big', 'new', 'small-1', 'small-2'])
})

test('a round ends when it has two hundred accounts', () => {
  const turns = createTurns()
  for (let index = 0; index < 200; index += 1) turns.took(`account-${index}`)
  expect(turns.had(0)).toHaveLength(200)
  turns.took('another')
  expect(turns.had(0)).toEqual(['another'])
})
