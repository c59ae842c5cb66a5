import { checkQuery, compileQuery } from '@almanac/query'
import type { Relation } from '@almanac/query'
import { DuckDBInstance } from '@duckdb/node-api'
import { copyFile, mkdir, mkdtemp, readFile, rename, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { EngineError } from '../../datasets/query-engine.ts'
import type { PreviewValue, QueryEngine } from '../../datasets/query-engine.ts'
import { smallDataset } from '../../datasets/testing/small-catalog.ts'
import { createDuckDbEngine } from './create-duckdb-engine.ts'

// A table of a database file, read by an engine process that is locked to its folders, while others write the file.

let folder: string
let engine: QueryEngine
let databases = 0

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'almanac-databases-'))
  await mkdir(join(folder, 'datasets'))
  await mkdir(join(folder, 'out'))
  engine = createDuckDbEngine({
    readFolders: [join(folder, 'datasets')],
    writeFolder: join(folder, 'out'),
    tempFolder: join(folder, 'temp'),
    memoryLimitMiB: 256,
    threads: 2,
    exportProcesses: 1,
    previewProcesses: 1,
    maximumTempGiB: 1,
  })
})

afterAll(async () => {
  await engine.close()
  await rm(folder, { recursive: true, force: true })
})

const dataset = smallDataset()
const someOrders = (name: string): string =>
  `CREATE TABLE sold AS SELECT 'a' AS AccountId, '${name}' AS OrderId, DATE '2024-05-01' AS OrderDate, 7 AS Amount`

/** The path of a database that doesn't exist yet. */
function newDatabase(where = 'datasets'): string {
  databases += 1
  return join(folder, where, `shop-${databases}.duckdb`)
}

/** Writes a database as another program does, and gives what closes it. */
async function openWriter(path: string, ...statements: readonly string[]): Promise<() => void> {
  const instance = await DuckDBInstance.create(path)
  const connection = await instance.connect()
  for (const statement of statements) await connection.run(statement)
  return () => {
    connection.closeSync()
    instance.closeSync()
  }
}

async function write(path: string, ...statements: readonly string[]): Promise<string> {
  const close = await openWriter(path, ...statements)
  close()
  return path
}

function ordersIn(database: string, table = 'sold', schema = 'main'): Promise<readonly (readonly PreviewValue[])[]> {
  const relation: Relation = { kind: 'duckdb', database, schema, table }
  const checked = checkQuery('SELECT OrderId FROM Orders TIMESPAN LIFETIME', { datasets: [dataset], profile: 'open' })
  if (!checked.ok) throw new Error('the query is right')
  const query = compileQuery(checked.query, { relation, accountId: 'a', referenceAt: 0 })
  return engine.preview(query, { timeLimitMs: 30_000, signal: new AbortController().signal })
}

async function codeOf(failing: Promise<unknown>): Promise<string> {
  const error: unknown = await failing.catch((error: unknown) => error)
  return error instanceof EngineError ? error.code : 'no engine error'
}

test('what is written after a query stands in the next, and a query leaves the file to its writer', async () => {
  const path = await write(newDatabase(), someOrders('first'))
  expect(await ordersIn(path)).toEqual([['first']])
  await write(path, `UPDATE sold SET OrderId = 'second'`)
  expect(await ordersIn(path)).toEqual([['second']])
  await rename(await write(newDatabase(), someOrders('third')), path)
  expect(await ordersIn(path)).toEqual([['third']])
})

test('what a writer has left in the log beside its database is read, and the log left there', async () => {
  const path = await write(
    newDatabase(),
    someOrders('first'),
    'CHECKPOINT',
    'PRAGMA disable_checkpoint_on_shutdown',
    `UPDATE sold SET OrderId = 'from the log'`,
  )
  const { size } = await stat(`${path}.wal`)
  expect(size).toBeGreaterThan(0)
  expect(await ordersIn(path)).toEqual([['from the log']])
  expect((await stat(`${path}.wal`)).size).toBe(size)
})

test('a database that its writer has open can not be read now, and can when it is closed', async () => {
  const path = newDatabase()
  const close = await openWriter(path, someOrders('first'))
  expect(await codeOf(ordersIn(path))).toBe('unreadable_data')
  close()
  expect(await ordersIn(path)).toEqual([['first']])
})

test('a view, a table that is not there and a file that is no database are data that can not be read', async () => {
  const path = await write(newDatabase(), someOrders('first'), 'CREATE VIEW seen AS FROM sold', 'CREATE SCHEMA empty')
  const noDatabase = newDatabase()
  await writeFile(noDatabase, 'not at all'.repeat(10_000))
  const cutOff = newDatabase()
  await copyFile(path, cutOff)
  await truncate(cutOff, 8_192)
  const newer = newDatabase()
  const bytes = await readFile(path)
  // The version of the storage format, in a header whose checksum doesn't fit any more then.
  bytes.writeBigUInt64LE(999n, 12)
  await writeFile(newer, bytes)
  for (const failing of [
    () => ordersIn(path, 'seen'),
    () => ordersIn(path, 'gone'),
    () => ordersIn(path, 'sold', 'empty'),
    () => ordersIn(noDatabase),
    () => ordersIn(cutOff),
    () => ordersIn(newer),
  ]) {
    expect(await codeOf(failing())).toBe('unreadable_data')
  }
  expect(await codeOf(ordersIn(newDatabase()))).toBe('missing_file')
  // The process lives on.
  expect(await ordersIn(path)).toEqual([['first']])
})

test('a database outside of the datasets folder is out of reach', async () => {
  const path = await write(newDatabase('.'), someOrders('secret'))
  expect(await codeOf(ordersIn(path))).toBe('failed')
})
