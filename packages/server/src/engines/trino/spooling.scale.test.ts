import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ExportedFile, ExportOptions } from '../../datasets/query-engine.ts'
import { createTrinoEngine } from './create-trino-engine.ts'
import { runStatement } from './run-statement.ts'
import { startFlakyProxy } from './testing/flaky-proxy.ts'
import { startTrino } from './testing/start-trino.ts'
import type { TestTrino } from './testing/start-trino.ts'
import { startWatchedStorage } from './testing/watched-storage.ts'
import type { WatchedStorage } from './testing/watched-storage.ts'
import type { TrinoConnection } from './trino-settings.ts'

// Trino's spooling protocol as a real one speaks it, whose segments lie in an S3 that sees who asks for them.

const folder = mkdtempSync(join(tmpdir(), 'almanac-trino-spooling-'))
const tokenFile = join(folder, 'token')
const token = 'a-token-for-trino-alone'
let storage: WatchedStorage
let files = 0

beforeAll(async () => {
  writeFileSync(tokenFile, token)
  storage = await startWatchedStorage()
})
afterAll(async () => {
  await storage?.stop()
  rmSync(folder, { recursive: true })
})

const spooling = (mode: string, workers: number) =>
  startTrino({
    workers,
    lines: [
      'protocol.spooling.enabled=true',
      `protocol.spooling.shared-secret-key=${Buffer.alloc(32, 7).toString('base64')}`,
      `protocol.spooling.retrieval-mode=${mode}`,
      'protocol.spooling.initial-segment-size=64kB',
      'protocol.spooling.max-segment-size=512kB',
      'protocol.spooling.inlining.max-rows=100',
    ],
    files: { 'spooling-manager.properties': storage.properties },
  })

const patience = () => ({ timeLimitMs: 120_000, signal: new AbortController().signal })

const lineitem = `SELECT CAST(orderkey AS VARCHAR), shipmode, comment FROM tpch.tiny.lineitem ORDER BY orderkey, linenumber`

/** A file of a statement whose columns are texts. */
async function exported(
  connection: TrinoConnection,
  {
    sql = lineitem,
    path = join(folder, `${files++}.csv`),
    ...options
  }: Partial<ExportOptions> & { sql?: string; path?: string } = {},
): Promise<ExportedFile> {
  const engine = createTrinoEngine({ connection, exportsAtOnce: 1, previewsAtOnce: 1 })
  const columns = [{ name: 'a', type: 'string' } as const]
  try {
    return await engine.export(
      { dataset: 'T', dialect: 'trino', sql, parameters: [], columns, window: null },
      { path, format: 'csv' },
      { ...patience(), ...options },
    )
  } finally {
    await engine.close()
  }
}

/** The same by a client that asks for rows in this encoding; without one, as Trino gives them in its answers. */
async function exportedAs(trino: TestTrino, encoding: string): Promise<ExportedFile> {
  const proxy = await startFlakyProxy(trino.url, () => 'through', { 'x-trino-query-data-encoding': encoding })
  try {
    return await exported({ ...trino.connection, url: proxy.url, tokenFile })
  } finally {
    await proxy.close()
  }
}

describe.each([
  ['STORAGE', 0],
  ['COORDINATOR_STORAGE_REDIRECT', 0],
  ['COORDINATOR_PROXY', 0],
  ['WORKER_PROXY', 1],
])('segments that are retrieved by %s', (mode, workers) => {
  let trino: TestTrino

  beforeAll(async () => {
    trino = await spooling(mode, workers)
  })
  afterAll(() => trino?.stop())

  test('give the bytes of an answer without segments, packed or not, and are gone afterwards', async () => {
    storage.forget()
    // A query that somebody called off leaves what it had not read yet.
    const leftBefore = new Set(await storage.segments())
    const plain = await exportedAs(trino, '')
    expect(plain.rows).toBe(60_175)
    expect(storage.seen.filter(({ method }) => method === 'PUT')).toEqual([])
    for (const encoding of ['json+zstd', 'json']) {
      storage.forget()
      expect(await exportedAs(trino, encoding)).toEqual(plain)
      const written = storage.seen.filter(({ method }) => method === 'PUT')
      expect(written.length).toBeGreaterThan(5)
      expect((await storage.segments()).filter((key) => !leftBefore.has(key))).toEqual([])
    }
  })

  test('are asked for with their own key, and without our credentials', async () => {
    storage.forget()
    await exported({ ...trino.connection, tokenFile })
    expect(storage.downloads.length).toBeGreaterThan(5)
    for (const { headers } of storage.downloads)
      expect(headers['x-amz-server-side-encryption-customer-key']).toMatch(/^[\w+/]{43}=$/)
    expect(JSON.stringify(storage.seen)).not.toContain(token)
  })

  // A suite that is skipped would be told as one whose part was not to be had.
  if (mode !== 'STORAGE') return
  describe('from a storage that is not always there', () => {
    afterAll(() => {
      storage.mood = () => 'whole'
    })

    test.each(['half', 500, 503] as const)('every third download ends in %s: the file is whole', async (trouble) => {
      const straight = await exported(trino.connection)
      storage.mood = (count) => (count % 3 === 0 ? trouble : 'whole')
      expect(await exported(trino.connection)).toEqual(straight)
    })

    test('a segment that is refused ends the query, and leaves no file', async () => {
      storage.mood = (count) => (count < 4 ? 'whole' : 403)
      const path = join(folder, 'refused.csv')
      await expect(exported(trino.connection, { path })).rejects.toMatchObject({
        code: 'unreachable',
        cause: { message: expect.stringMatching(/^The storage of Trino's segments refuses: 403/) as string },
      })
      expect(existsSync(path)).toBe(false)
    })

    test('a storage that never gives a whole one costs no more than the time of the query', async () => {
      storage.mood = () => 'half'
      const path = join(folder, 'never.csv')
      await expect(exported(trino.connection, { path, timeLimitMs: 3_000 })).rejects.toMatchObject({ code: 'timeout' })
      expect(existsSync(path)).toBe(false)
    })

    test('a client that stops midway asks for no more, and has the query ended', async () => {
      storage.mood = () => 'whole'
      storage.forget()
      const stop = new AbortController()
      const path = join(folder, 'stopped.csv')
      const running = exported(trino.connection, {
        sql: 'SELECT comment FROM tpch.sf100.lineitem',
        path,
        signal: stop.signal,
        errand: { accountId: 'me', executionId: 'stopped-midway' },
        onProgress: ({ sizeBytes }) => sizeBytes > 100_000 && stop.abort(),
      })
      await expect(running).rejects.toMatchObject({ code: 'cancelled' })
      expect(existsSync(path)).toBe(false)
      const answer = await fetch(`${trino.url}/v1/query`, { headers: { 'x-trino-user': 'admin' } })
      const queries = (await answer.json()) as { state: string; session: { clientTags?: string[] } }[]
      const ours = queries.filter(({ session }) => session.clientTags?.includes('execution=stopped-midway'))
      expect(ours.map(({ state }) => state)).toEqual(['FAILED'])
    })

    test('one is fetched ahead of those that are worked on, and no more', async () => {
      storage.mood = () => 'whole'
      storage.forget()
      let taken = 0
      for await (const { rows } of runStatement(trino.connection, lineitem, patience(), patience().signal)) {
        expect(rows.length).toBeGreaterThan(0)
        taken += 1
        expect(storage.downloads.length).toBeLessThanOrEqual(taken + 1)
      }
      expect(storage.downloads.length).toBeGreaterThan(5)
    })

    test('Trino hears that we are there while segments of one answer take their time', async () => {
      storage.mood = (count) => (count < 12 ? { afterMs: 1_500 } : 'whole')
      const proxy = await startFlakyProxy(trino.url, () => 'through')
      const connection = { ...trino.connection, url: proxy.url }
      const file = await exported(connection, { sql: 'SELECT comment FROM tpch.sf1.orders LIMIT 300000' })
      await proxy.close()
      expect(file.rows).toBe(300_000)
      const beats = proxy.seen.filter(({ method }) => method === 'HEAD')
      expect(beats.length).toBeGreaterThan(0)
      expect(new Set(beats.map(({ status }) => status))).toEqual(new Set([200]))
    })

    test('a large result takes no more memory than a small one', async () => {
      storage.mood = () => 'whole'
      const peaks = { early: 0, late: 0 }
      const file = await exported(trino.connection, {
        sql: 'SELECT comment, clerk FROM tpch.sf1.orders',
        onProgress({ sizeBytes }) {
          const part = sizeBytes < 25e6 ? 'early' : 'late'
          peaks[part] = Math.max(peaks[part], process.memoryUsage().rss / 2 ** 20)
        },
      })
      expect(file.rows).toBe(1_500_000)
      expect(file.sizeBytes).toBeGreaterThan(90e6)
      expect(peaks.late - peaks.early).toBeLessThan(80)
    })
  })
})
