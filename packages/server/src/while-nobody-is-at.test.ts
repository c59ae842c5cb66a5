import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { createClockQueue } from './clock-queue.ts'
import { isAppError } from './kernel/app-error.ts'
import { createWhileNobodyIsAt } from './while-nobody-is-at.ts'

async function openFolder(): Promise<string> {
  const dataFolder = await mkdtemp(join(tmpdir(), 'almanac-at-'))
  onTestFinished(() => rm(dataFolder, { recursive: true, force: true }))
  return dataFolder
}

const load = { number: 1, action: 'data.load_begun', objectId: 'cmp/Orders', dataVersion: '1-a' } as const
const move = { number: 2, action: 'clock.move_begun', objectId: 'clock', dataVersion: undefined } as const
const nothing = async (): Promise<void> => undefined

test('a process that is at a load keeps others from saying that nobody is, and no longer when it is killed', async () => {
  const dataFolder = await openFolder()
  const whileNobodyIsAt = createWhileNobodyIsAt({ dataFolder })
  expect(await whileNobodyIsAt(load, nothing)).toBe(true)
  const holding = `
    import { versionFolder } from ${JSON.stringify(join(import.meta.dirname, 'datasets/versions/version-folder.ts'))}
    await versionFolder(${JSON.stringify(join(dataFolder, 'loaded'))}, { program: 'cmp', name: 'Orders' }).lock()
    process.stdout.write('held')
    setInterval(() => undefined, 1_000)`
  const child = spawn(process.execPath, ['--input-type=module', '--eval', holding], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  await once(child.stdout, 'data')
  expect([await whileNobodyIsAt(load, nothing), await whileNobodyIsAt(move, nothing)]).toEqual([false, true])
  child.kill('SIGKILL')
  await once(child, 'exit')
  expect(await whileNobodyIsAt(load, nothing)).toBe(true)
})

test('a clock that is being moved is somebody’s, and another server on its folder is told to come back', async () => {
  const dataFolder = await openFolder()
  const whileNobodyIsAt = createWhileNobodyIsAt({ dataFolder })
  const [mine, theirs] = [createClockQueue({ dataFolder }), createClockQueue({ dataFolder })]
  const done = await mine(async () => {
    const refused = await theirs(nothing).catch((error: unknown) => isAppError(error, 'too_busy'))
    return [await whileNobodyIsAt(move, nothing), refused]
  })
  expect(done).toEqual([false, true])
  expect(await whileNobodyIsAt(move, nothing)).toBe(true)
  await theirs(nothing)
})
