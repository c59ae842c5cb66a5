import { expect, test, vi } from 'vitest'
import { EngineError, type QueryEngine } from '../datasets/query-engine.ts'
import { createFakeClock } from '../kernel/testing/fake-clock.ts'
import { askEngine } from './ask-engine.ts'
import { checkReadiness } from './readiness.ts'
import type { ReadinessDeps } from './readiness.ts'

const noon = Date.UTC(2026, 4, 9, 12)

function ask(change: Partial<ReadinessDeps> = {}) {
  return checkReadiness({
    clock: createFakeClock(noon),
    backlog: async () => ({ due: 0, oldestDueAt: null, running: 0 }),
    freeBytes: async () => 1_000,
    minimumFreeBytes: 1_000,
    askEngine: async () => undefined,
    askFiles: null,
    overdueSeconds: 300,
    ...change,
  })
}

const ok = { ok: true }
const allOk = { database: ok, disk: ok, engine: ok, executions: ok }

test('a server with all that it needs is ready', async () => {
  expect(await ask()).toEqual(allOk)
  expect(await ask({ backlog: async () => ({ due: 9, oldestDueAt: noon - 300_000, running: 1 }) })).toEqual(allOk)
})

test('where others run executions too, what is overdue does not keep requests away', async () => {
  const { executions: _executions, ...others } = allOk
  const backlog = async () => ({ due: 1_000_000, oldestDueAt: noon - 3_600_000, running: 0 })
  expect(await ask({ overdueSeconds: null, backlog })).toEqual(others)
})

test('a store of files that is elsewhere is asked too', async () => {
  expect(await ask({ askFiles: async () => undefined })).toEqual({ ...allOk, files: ok })
})

test.each([
  ['database', { backlog: () => Promise.reject(new Error('locked')) }, 'locked'],
  ['disk', { freeBytes: async () => 999 }, '999 bytes are free, 1000 are needed'],
  ['files', { askFiles: () => Promise.reject(new Error('AccessDenied')) }, 'AccessDenied'],
  ['engine', { askEngine: () => Promise.reject(new Error('gone')) }, 'gone'],
  [
    'executions',
    { backlog: async () => ({ due: 1, oldestDueAt: noon - 301_000, running: 0 }) },
    'an execution has been due for 301 s',
  ],
] as const)('%s: says so when it is not there, or does not keep up', async (name, change, why) => {
  expect((await ask(change))[name]).toEqual({ ok: false, why })
})

test('an engine that is too busy to answer is not broken; one that fails is', async () => {
  const engine = (error: unknown) =>
    ({ preview: vi.fn<() => Promise<never>>().mockRejectedValue(error) }) as unknown as QueryEngine
  const never = new AbortController().signal
  await askEngine(engine(new EngineError('timeout', 'busy')), never)
  await expect(askEngine(engine(new EngineError('crashed', 'gone')), never)).rejects.toThrow('gone')
})
