import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { queryEngineContract } from '../../datasets/query-engine.contract.ts'
import type { QueryEngine } from '../../datasets/query-engine.ts'
import { createTrinoEngine } from './create-trino-engine.ts'
import { startFlakyProxy } from './testing/flaky-proxy.ts'
import type { Mood } from './testing/flaky-proxy.ts'
import { startTrino } from './testing/start-trino.ts'
import type { TestTrino } from './testing/start-trino.ts'
import type { TrinoConnection } from './trino-settings.ts'

let trino: TestTrino
const folder = mkdtempSync(join(tmpdir(), 'almanac-trino-engine-'))

beforeAll(async () => {
  trino = await startTrino()
})
afterAll(async () => {
  await trino?.stop()
  rmSync(folder, { recursive: true })
})

const open = (change: Partial<TrinoConnection> = {}): QueryEngine =>
  createTrinoEngine({ connection: { ...trino.connection, ...change }, exportsAtOnce: 2, previewsAtOnce: 2 })

const handMade = (sql: string) =>
  ({
    dataset: 'T',
    dialect: 'trino',
    sql,
    parameters: [],
    columns: [{ name: 'a', type: 'string' }],
    window: null,
  }) as const
const patience = () => ({ timeLimitMs: 60_000, signal: new AbortController().signal })

queryEngineContract({
  dialect: 'trino',
  start: async () => open(),
  endlessCount:
    'SELECT CAST(count(*) AS VARCHAR) FROM tpch.sf1000.lineitem a JOIN tpch.sf1000.lineitem b ON a.partkey = b.partkey',
  endlessRows: 'SELECT comment FROM tpch.sf1000.lineitem',
})

/** Behind a proxy with a mood. */
async function behind<Result>(
  mood: Mood,
  work: (engine: QueryEngine, proxy: Awaited<ReturnType<typeof startFlakyProxy>>) => Promise<Result>,
): Promise<Result> {
  const proxy = await startFlakyProxy(trino.url, mood)
  const engine = open({ url: proxy.url })
  try {
    return await work(engine, proxy)
  } finally {
    await engine.close()
    await proxy.close()
  }
}

describe('a Trino that is not always there', () => {
  test.each([429, 502, 503, 504, 'cut'] as const)(
    'every third request ends in %s: the file is whole, and each row is in it once',
    async (trouble) => {
      const path = join(folder, `flaky-${trouble}.csv`)
      const sql = 'SELECT comment FROM tpch.tiny.orders ORDER BY orderkey'
      const file = await behind(
        (count) => (count % 3 === 0 ? trouble : 'through'),
        (engine) => engine.export(handMade(sql), { path, format: 'csv' }, patience()),
      )
      expect(file.rows).toBe(15_000)
      const straight = join(folder, `straight-${trouble}.csv`)
      const engine = open()
      expect(await engine.export(handMade(sql), { path: straight, format: 'csv' }, patience())).toEqual(file)
      await engine.close()
      expect(file.sha256).toBe(createHash('sha256').update(readFileSync(path)).digest('hex'))
    },
  )

  test.each([
    [403, 'unreadable_data'],
    [404, 'failed'],
  ] as const)('a refusal is none that passes: %i', async (status, code) => {
    const asked = behind(
      () => status,
      (engine) => engine.preview(handMade(`SELECT '1'`), patience()),
    )
    await expect(asked).rejects.toMatchObject({ code })
  })

  test('one that is away is told as that', async () => {
    const proxy = await startFlakyProxy(trino.url, () => 'through')
    await proxy.close()
    const engine = open({ url: proxy.url })
    await expect(engine.preview(handMade(`SELECT '1'`), patience())).rejects.toMatchObject({ code: 'unreachable' })
    await engine.close()
  })

  test('one that never answers costs no more than the time of the query', async () => {
    const asked = behind(
      () => 503,
      (engine) => engine.preview(handMade(`SELECT '1'`), { ...patience(), timeLimitMs: 700 }),
    )
    await expect(asked).rejects.toMatchObject({ code: 'timeout' })
  })
})

describe('what Trino is told', () => {
  test('who asks, on whose behalf, for how long; and credentials with each request, read anew for each query', async () => {
    const passwordFile = join(folder, 'password')
    const proxy = await startFlakyProxy(trino.url, () => 'through')
    // Trino without TLS refuses a password: the proxy hears it, and what it makes of it is no matter here.
    const engine = open({ url: proxy.url, passwordFile, user: 'reports' })
    for (const password of ['first', 'second']) {
      writeFileSync(passwordFile, `${password}\n`)
      const errand = { accountId: 'a,b é', executionId: 'e-1' }
      await engine.preview(handMade(`SELECT '1'`), { ...patience(), errand }).catch(() => undefined)
    }
    await engine.close()
    await proxy.close()
    const [statement] = proxy.seen
    expect(statement?.headers).toMatchObject({
      'x-trino-user': 'reports',
      'x-trino-source': 'almanac',
      'x-trino-client-tags': 'almanac,account=a%2Cb%20%C3%A9,execution=e-1',
      'x-trino-trace-token': 'e-1',
      'x-trino-session': 'query_max_run_time=60s',
      'x-trino-time-zone': 'UTC',
      'x-trino-client-capabilities': 'PARAMETRIC_DATETIME',
    })
    const shown = new Set(proxy.seen.map(({ headers }) => headers['authorization']))
    expect(shown).toEqual(
      new Set(['first', 'second'].map((word) => `Basic ${Buffer.from(`reports:${word}`).toString('base64')}`)),
    )
  })

  test('a token goes as a bearer', async () => {
    const tokenFile = join(folder, 'token')
    writeFileSync(tokenFile, 'a.b.c')
    const proxy = await startFlakyProxy(trino.url, () => 'through')
    const engine = open({ url: proxy.url, tokenFile })
    await engine.preview(handMade(`SELECT '1'`), patience()).catch(() => undefined)
    await engine.close()
    await proxy.close()
    expect(proxy.seen[0]?.headers['authorization']).toBe('Bearer a.b.c')
  })

  test('that a query is called off: it ends there too', async () => {
    const stop = new AbortController()
    const engine = open()
    const running = engine.export(
      handMade('SELECT comment FROM tpch.sf1000.lineitem'),
      { path: join(folder, 'off.csv'), format: 'csv' },
      {
        timeLimitMs: 60_000,
        signal: stop.signal,
        errand: { accountId: 'me', executionId: 'called-off' },
        onProgress: ({ sizeBytes }) => sizeBytes > 0 && stop.abort(),
      },
    )
    await expect(running).rejects.toMatchObject({ code: 'cancelled' })
    await engine.close()
    const answer = await fetch(`${trino.url}/v1/query`, { headers: { 'x-trino-user': 'admin' } })
    const queries = (await answer.json()) as {
      state: string
      session: { traceToken?: string; clientTags?: string[] }
    }[]
    const ours = queries.filter(({ session }) => session.clientTags?.includes('execution=called-off'))
    expect(ours.map(({ state }) => state)).toEqual(['FAILED'])
  })
})

test('more memory than the cluster gives a query is told as that', async () => {
  const engine = open()
  const sql = `SELECT CAST(cardinality(array_agg(rpad(comment, 4000, clerk))) AS VARCHAR) FROM tpch.sf1.orders`
  await expect(engine.preview(handMade(sql), { ...patience(), timeLimitMs: 240_000 })).rejects.toMatchObject({
    code: 'out_of_memory',
  })
  await engine.close()
})
