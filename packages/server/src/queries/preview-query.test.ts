import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { smallCatalog, smallDataset } from '../datasets/testing/small-catalog.ts'
import type { QueryEngine } from '../datasets/query-engine.ts'
import { createDuckDbEngine } from '../engines/duckdb/create-duckdb-engine.ts'
import { AppError } from '../kernel/app-error.ts'
import { refusal } from '../kernel/testing/refusal.ts'
import { createQuery } from './create-query.ts'
import { createPreviewGate } from './preview-gate.ts'
import { previewQuery } from './preview-query.ts'
import type { PreviewQueryDeps, PreviewQueryInput } from './preview-query.ts'
import { alice, openUseCaseDeps, otherAccount, type UseCaseDeps } from './testing/use-case-deps.ts'

const orders = `AccountId,OrderId,OrderDate,Amount
contoso,a,2026-05-09,1
contoso,b,2026-05-01,2
contoso,c,2025-12-31,3
contoso,d,2020-01-01,4
fabrikam,e,2026-05-09,5
`

let root: string
let engine: QueryEngine
let useCaseDeps: UseCaseDeps
let deps: PreviewQueryDeps

beforeAll(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'almanac-preview-')))
  for (const folder of ['datasets', 'staging', 'temp']) mkdirSync(join(root, folder))
  writeFileSync(join(root, 'datasets', 'orders.csv'), orders)
  engine = createDuckDbEngine({
    readFolders: [join(root, 'datasets')],
    writeFolder: join(root, 'staging'),
    tempFolder: join(root, 'temp'),
    memoryLimitMiB: 256,
    threads: 1,
    exportProcesses: 1,
    previewProcesses: 1,
    maximumTempGiB: 1,
  })
})
afterAll(async () => {
  await engine.close()
  rmSync(root, { recursive: true, force: true })
})

beforeEach(async () => {
  useCaseDeps = await openUseCaseDeps()
  const paths = [join(root, 'datasets', 'orders.csv')]
  deps = {
    ...useCaseDeps,
    data: {
      versionOf: async () => ({
        id: 'v1',
        relation: { kind: 'files', format: 'csv', paths },
        createdAt: 0,
        rows: null,
      }),
    },
    engine,
    previewRows: 100,
    previewTimeoutSeconds: 60,
    previewGate: createPreviewGate(20),
  }
})
afterEach(() => useCaseDeps.close())

const preview = (text: string, changes: Partial<PreviewQueryInput> = {}, owner = alice) =>
  previewQuery(deps, owner, {
    program: 'cmp',
    source: { kind: 'text', text },
    startAt: null,
    endAt: null,
    signal: new AbortController().signal,
    ...changes,
  })

const everything = 'SELECT OrderId FROM Orders ORDER BY OrderId ASC TIMESPAN LIFETIME'
const saved = (queryId: string) => ({ source: { kind: 'saved', queryId } }) as const

async function idsOf(text: string, changes: Partial<PreviewQueryInput> = {}, owner = alice): Promise<unknown> {
  return (await preview(text, changes, owner)).rows.flat()
}

describe('a preview', () => {
  test("shows the rows of the caller's account and no others, in the order of its columns", async () => {
    const text =
      "SELECT OrderDate, OrderId, OrderId FROM Orders WHERE OrderId < 'c' ORDER BY OrderId ASC TIMESPAN LIFETIME"
    expect(await preview(text)).toEqual({
      columns: [
        { name: 'OrderDate', type: 'date' },
        { name: 'OrderId', type: 'string' },
        { name: 'OrderId', type: 'string' },
      ],
      rows: [
        ['2026-05-09', 'a', 'a'],
        ['2026-05-01', 'b', 'b'],
      ],
      extensions: [],
    })
    expect(await idsOf(everything, {}, otherAccount)).toEqual(['e'])
  })

  test('has no more rows than it may, whatever LIMIT says', async () => {
    deps = { ...deps, previewRows: 2 }
    expect(await idsOf(everything)).toEqual(['a', 'b'])
    expect(await idsOf('SELECT OrderId FROM Orders ORDER BY OrderId ASC LIMIT 3 TIMESPAN LIFETIME')).toEqual(['a', 'b'])
    expect(await idsOf('SELECT OrderId FROM Orders ORDER BY OrderId ASC LIMIT 1 TIMESPAN LIFETIME')).toEqual(['a'])
  })

  test('counts TIMESPAN from now', async () => {
    const text = 'SELECT OrderId FROM Orders ORDER BY OrderId ASC TIMESPAN LAST_MONTH'
    expect(await idsOf(text)).toEqual(['a', 'b'])
    await useCaseDeps.clock.set(Date.UTC(2020, 0, 15))
    expect(await idsOf(text)).toEqual(['d'])
  })

  test('runs a saved query and a system query by their ids', async () => {
    const { query } = await createQuery(useCaseDeps, alice, {
      program: 'cmp',
      name: 'x',
      description: null,
      text: everything,
    })
    expect(await idsOf('', saved(query.id))).toEqual(['a', 'b', 'c', 'd'])
    expect(await idsOf('', saved('q-orders'))).toEqual(expect.arrayContaining(['a', 'b', 'c', 'd']))
    const refused = refusal('invalid_query_id', { queryId: query.id })
    await expect(preview('', saved(query.id), otherAccount)).rejects.toEqual(refused)
  })
})

describe('a window', () => {
  test('replaces TIMESPAN, from its start up to, not including, its end', async () => {
    const window = { startAt: Date.UTC(2020, 0, 1), endAt: Date.UTC(2026, 4, 1) }
    const text = 'SELECT OrderId FROM Orders ORDER BY OrderId ASC TIMESPAN LAST_MONTH'
    expect(await idsOf(text, window)).toEqual(['c', 'd'])
    expect(await idsOf(text, { startAt: window.endAt })).toEqual(['a', 'b'])
    expect(await idsOf(text, { endAt: window.endAt })).toEqual(['c', 'd'])
  })

  test('that ends at its start is refused', async () => {
    const sentence = 'endTime should be greater than startTime.'
    const refused = refusal('invalid_request', { sentence, field: 'endTime' })
    await expect(preview(everything, { startAt: 5, endAt: 5 })).rejects.toEqual(refused)
  })

  test('is refused on a dataset without dates: nothing would be filtered by it', async () => {
    const { dateColumn: _, ...undated } = smallDataset({ dateRanges: [] })
    deps = { ...deps, catalog: smallCatalog([undated]) }
    const sentence = 'startTime and endTime need a dataset with a date column; Orders has none.'
    const refused = refusal('invalid_request', { sentence, field: 'endTime' })
    await expect(preview('SELECT OrderId FROM Orders', { endAt: 5 })).rejects.toEqual(refused)
  })
})

describe('a preview that does not come about', () => {
  test('because the query is wrong says what is wrong', async () => {
    const diagnostics = [expect.objectContaining({ code: 'unknown_column' })]
    await expect(preview('SELECT Nothing FROM Orders')).rejects.toMatchObject({ data: { diagnostics } })
  })

  test('because it ran too long says how long it may', async () => {
    deps = { ...deps, previewTimeoutSeconds: 0 }
    await expect(preview(everything)).rejects.toEqual(refusal('preview_timeout', { limitSeconds: 0 }))
  })

  test('because its caller has gone ends, as the engine says it', async () => {
    const gone = preview(everything, { signal: AbortSignal.abort() })
    await expect(gone).rejects.toMatchObject({ name: 'EngineError', code: 'cancelled' })
  })

  const unavailable = { code: 'dataset_unavailable', data: { dataset: 'Orders' } }

  test('because the dataset has no data says so, and keeps what was missing for the log', async () => {
    const missing = new Error('There is no file cmp/orders/*.parquet')
    deps = { ...deps, data: { versionOf: () => Promise.reject(missing) } }
    await expect(preview(everything)).rejects.toMatchObject(unavailable)
    await expect(preview(everything)).rejects.toHaveProperty('cause', missing)
  })

  test.each([
    [
      'cannot be read',
      'broken.csv',
      'AccountId,OrderId,OrderDate,Amount\ncontoso,a,2026-05-09,some\n',
      'unreadable_data',
    ],
    ['have gone since they were found', 'gone.csv', null, 'missing_file'],
  ])('because its data %s says so, in no words of the engine', async (_, name, content, code) => {
    const path = join(root, 'datasets', name)
    if (content !== null) writeFileSync(path, content)
    const relation = { kind: 'files', format: 'csv', paths: [path] } as const
    deps = { ...deps, data: { versionOf: async () => ({ id: 'v2', relation, createdAt: 0, rows: null }) } }
    const refused = preview('SELECT OrderId, TotalAmount FROM Orders TIMESPAN LIFETIME')
    await expect(refused).rejects.toMatchObject(unavailable)
    await expect(refused).rejects.toHaveProperty('cause.code', code)
  })

  test('because the dataset waits for its first load is told apart', async () => {
    const error = new AppError('no_data_yet', { dataset: 'Orders' })
    deps = { ...deps, data: { versionOf: () => Promise.reject(error) } }
    await expect(preview(everything)).rejects.toBe(error)
  })
})
