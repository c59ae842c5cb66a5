import { once } from 'node:events'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { listVersions } from './list-versions.ts'
import type { LoadMoment } from './testing/load-and-stop.ts'
import { openLoads, type TestLoads } from './testing/open-loads.ts'
import { manyOrders, startLoad } from './testing/start-load.ts'

const named = { program: 'cmp', dataset: 'Orders' }

const before: readonly LoadMoment[] = [
  'staging',
  'files',
  'reading',
  'checking',
  'writing',
  'profile',
  'describe',
  'switch',
]
// Not stopped there: the kill comes while it goes on to rename and sync.
const around = ['profile!', 'describe!', 'switch!', 'profile!', 'describe!', 'switch!']
let own: TestLoads
beforeEach(() => {
  own = openLoads({ retention: { keptVersions: 2, readersMs: 0 } })
})
afterEach(() => own.close())

async function kill(moment: string): Promise<void> {
  const child = startLoad(own.folder, own.orders('killed.csv', manyOrders(20_000)), moment)
  const missed = once(child, 'exit').then(() => {
    throw new Error(`the load never came to ${moment}`)
  })
  missed.catch(() => undefined)
  await Promise.race([once(child.stdout, 'data'), missed])
  child.kill('SIGKILL')
  // Its engine processes have the same standard error: it closes when all are gone.
  await once(child.stderr.resume(), 'close')
}

/** The next load works, and then nothing is left over. */
async function expectMended(order: string): Promise<void> {
  await own.load(own.orders('next.csv', `a,${order},2026-01-01,7`))
  expect(await own.seenOrders()).toBe(order)
  const versions = (await listVersions(own.deps, named)).map(({ version }) => version)
  const parts = versions.flatMap((version) => version.parts.map(({ name }) => `parts/${name}`))
  const described = versions.map(({ number }) => `versions/${number}.json`)
  expect(Object.keys(own.fingerprint())).toEqual(['current', ...new Set([...described, ...parts])].toSorted())
}

test('a load that is killed before the switch leaves the old version as it was and in force, and nothing that the next one does not remove', async () => {
  await own.load(own.orders('first.csv', 'a,o0,2026-01-01,7'))
  for (const [index, moment] of before.entries()) {
    const old = own.fingerprint()
    await kill(moment)
    expect({ moment, ...own.fingerprint() }).toMatchObject({ moment, ...old })
    expect(await own.seenOrders()).toBe(`o${index}`)
    await expectMended(`o${index + 1}`)
  }
}, 120_000)

test('a load that is killed at any moment around the switch has happened or not', async () => {
  await own.load(own.orders('first.csv', 'a,o0,2026-01-01,7'))
  for (const [index, moment] of around.entries()) {
    await kill(moment)
    const seen = await own.seenOrders()
    const isNew = seen.split(' ').length === 20_000
    expect(isNew ? `o${index}` : seen).toBe(`o${index}`)
    await expectMended(`o${index + 1}`)
  }
}, 120_000)

test('a load that is killed when it was done has happened', async () => {
  await kill('done')
  expect((await own.data.versionOf(own.dataset)).rows).toBe(20_000)
  await expectMended('o1')
}, 60_000)
