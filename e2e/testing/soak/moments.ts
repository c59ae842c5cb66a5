import { existsSync } from 'node:fs'
import { watch } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import type { SeededRandom } from '../../../packages/query/src/testing/seeded-random.ts'

/** What a killer may wait for in the life of a server. */
export interface Signs {
  readonly dataFolder: string
  /** Resolves when the next keyed request goes out. */
  requestSent(): Promise<void>
  /** Resolves when the next callback comes in, before it is answered. */
  callbackCame(): Promise<void>
}

export interface Moment {
  readonly name: string
  come(signs: Signs, random: SeededRandom, signal: AbortSignal): Promise<unknown>
}

export const anyTime: Moment = {
  name: 'at any time',
  come: (_, random, signal) => after(random.below(4_000), signal),
}

/** Moments at which a server dies: any, and those just before, between and after what must not come apart. */
export const moments: readonly Moment[] = [
  anyTime,
  {
    name: 'while it answers a request',
    async come(signs, random, signal) {
      for (let passed = random.below(3); passed >= 0; passed -= 1) await signs.requestSent()
      // Between the transactions that it makes: the key, the report, the answer.
      await written(signs.dataFolder, random.below(12), signal)
    },
  },
  {
    name: 'while it writes a file',
    async come({ dataFolder }, random, signal) {
      await stagedFile(dataFolder, 'came', random.below(5), signal)
      await after(random.below(300), signal)
    },
  },
  {
    name: 'between publishing a file and recording it, or just after',
    async come({ dataFolder }, random, signal) {
      await stagedFile(dataFolder, 'went', random.below(5), signal)
      await after(random.below(4), signal)
    },
  },
  {
    name: 'while a callback is under way',
    async come(signs, random, signal) {
      for (let passed = random.below(3); passed >= 0; passed -= 1) await signs.callbackCame()
      await after(random.below(6), signal)
    },
  },
]

async function after(ms: number, signal: AbortSignal): Promise<void> {
  // The one thing that a moment chosen at random can't be told by is an event.
  if (ms > 0) await setTimeout(ms, undefined, { signal })
}

/** Resolves when the database has been written to `passed` times, and then once more. */
async function written(dataFolder: string, passed: number, signal: AbortSignal): Promise<void> {
  let left = passed
  for await (const { eventType } of watch(join(dataFolder, 'almanac.db-wal'), { signal })) {
    if (eventType !== 'change') continue
    if (left === 0) return
    left -= 1
  }
}

/** Resolves when `passed` files have come or gone in the folder of files in the making, and then another one. */
async function stagedFile(
  dataFolder: string,
  what: 'came' | 'went',
  passed: number,
  signal: AbortSignal,
): Promise<void> {
  const folder = join(dataFolder, 'artifacts/staging')
  let left = passed
  for await (const { eventType, filename } of watch(folder, { signal })) {
    if (eventType !== 'rename' || filename === null) continue
    if (existsSync(join(folder, filename)) !== (what === 'came')) continue
    if (left === 0) return
    left -= 1
  }
}
