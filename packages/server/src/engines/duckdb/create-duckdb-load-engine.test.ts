import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { LoadEngine, LoadRequest } from '../../datasets/versions/load-engine.ts'
import { createDuckDbLoadEngine } from './create-duckdb-load-engine.ts'
import type { EngineEvent } from './engine-event.ts'

let root: string
let events: EngineEvent[]
let engine: LoadEngine
const staging = () => join(root, 'loaded', 'staging')

function start(memoryLimitMiB = 256): LoadEngine {
  return createDuckDbLoadEngine({
    loadedFolder: join(root, 'loaded'),
    tempFolder: join(root, 'temp'),
    memoryLimitMiB,
    threads: 2,
    maximumTempGiB: 1,
    onEvent: (event) => events.push(event),
  })
}

beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'almanac-load-engine-')))
  mkdirSync(staging(), { recursive: true })
  events = []
  engine = start()
})
afterEach(async () => {
  await engine.close()
  rmSync(root, { recursive: true, force: true })
})

const options = (signal = new AbortController().signal) => ({ timeLimitMs: 60_000, signal })

function request(path: string, change: Partial<LoadRequest> = {}): LoadRequest {
  return {
    columns: [
      { name: 'Account', type: 'string' },
      { name: 'Number', type: 'integer' },
    ],
    accountColumn: 'Account',
    dateColumn: null,
    files: [{ path, name: 'numbers.csv', format: 'csv', gzipped: false }],
    earlier: null,
    ignoreExtraColumns: false,
    allowNoRows: false,
    stagingFolder: staging(),
    ...change,
  }
}

function numbers(rows: number): string {
  const path = join(root, "it's [a] file?.csv")
  const lines = Array.from({ length: rows }, (_, index) => `account ${index % 97},${index}`)
  writeFileSync(path, `Account,Number\n${lines.join('\n')}\n`)
  return path
}

test('a load has a process of its own, which is gone afterwards with what it spilled', async () => {
  const outcome = await engine.load(request(numbers(1_000)), options())
  expect(outcome).toMatchObject({ kind: 'written', rowsRead: 1_000, accounts: 97 })
  expect(events.map(({ kind, purpose }) => [kind, purpose])).toEqual([
    ['engine_process_started', 'load'],
    ['engine_process_ended', 'load'],
  ])
  expect(readdirSync(join(root, 'temp'))).toEqual([])
  expect(readdirSync(staging())).toEqual(['part'])
})

test('a file is read through a link, wherever it is', async () => {
  const link = join(root, 'link.csv')
  symlinkSync(numbers(5), link)
  expect(await engine.load(request(link), options())).toMatchObject({ kind: 'written', rowsRead: 5 })
})

test('no other file can be read, and nothing written outside of the folder of loaded data', async () => {
  const path = numbers(5)
  const first = await engine.load(request(path), options())
  if (first.kind === 'refused') throw new Error('the file is right')
  const elsewhere = join(root, 'elsewhere.parquet')
  writeFileSync(elsewhere, 'secret')
  const earlier = { paths: [elsewhere], columns: first.columns, rows: 1, merge: true }
  await expect(engine.load(request(path, { earlier }), options())).rejects.toMatchObject({
    name: 'EngineError',
    code: 'failed',
    cause: { message: expect.stringMatching(/Permission Error.*elsewhere/) },
  })
  await expect(engine.load(request(path, { stagingFolder: root }), options())).rejects.toMatchObject({ code: 'failed' })
  expect(existsSync(join(root, 'part'))).toBe(false)
})

test('a load that needs more than its memory goes by way of the disk', async () => {
  await engine.close()
  // What is left to DuckDB of the least that the settings allow.
  engine = start(128)
  const outcome = await engine.load(request(numbers(2_000_000)), options())
  expect(outcome).toMatchObject({ kind: 'written', part: { rows: 2_000_000 } })
}, 60_000)

test('one is called off by its signal, one that waits for it never begins, and closing calls off what runs', async () => {
  const path = numbers(500_000)
  const stop = new AbortController()
  const running = engine.load(request(path), { ...options(stop.signal), onProgress: () => stop.abort() })
  const waiting = engine.load(request(path), options(stop.signal))
  const cancelled = { status: 'rejected', reason: { name: 'EngineError', code: 'cancelled' } }
  expect(await Promise.allSettled([running, waiting])).toMatchObject([cancelled, cancelled])
  expect(events.filter(({ kind }) => kind === 'engine_process_started')).toHaveLength(1)

  let closed: Promise<void> | undefined
  const last = engine.load(request(path), {
    ...options(),
    onProgress() {
      closed ??= engine.close()
    },
  })
  await expect(last).rejects.toMatchObject({ name: 'EngineError', code: 'cancelled' })
  await closed
  expect(readdirSync(staging())).toEqual([])
})
