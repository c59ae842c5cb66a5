import type { Column } from '@almanac/query'
import type { DuckDBInstance } from '@duckdb/node-api'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { LoadFile, LoadFormat, LoadOutcome, LoadRequest } from '../../../../datasets/versions/load-engine.ts'
import { describeMistake } from '../../../../datasets/versions/load-mistake.ts'
import { openDatabase } from '../../open-database.ts'
import { runLoad } from '../run-load.ts'

/** A dataset with a column of each type. */
export const salesColumns: readonly Column[] = [
  { name: 'Account', type: 'string', hidden: true },
  { name: 'Item', type: 'string' },
  { name: 'SoldOn', type: 'date' },
  { name: 'Units', type: 'integer' },
  { name: 'Price', type: 'decimal' },
  { name: 'Paid', type: 'boolean', booleanForms: ['No', 'Yes'] },
  { name: 'At', type: 'timestamp' },
]

export const salesHeader = 'Account,Item,SoldOn,Units,Price,Paid,At'

/** Loads run in this process, in a database that is locked as an engine process has it. */
export interface Workbench {
  readonly folder: string
  /** Writes a file to be loaded; gzipped if its name ends in `.gz`. */
  file(name: string, content: string | Uint8Array, format?: LoadFormat): Promise<LoadFile>
  load(files: readonly LoadFile[], change?: Partial<LoadRequest>, stop?: AbortSignal): Promise<LoadOutcome>
  /** What a refused load says. */
  mistakesOf(files: readonly LoadFile[], change?: Partial<LoadRequest>): Promise<readonly string[]>
  /** The rows of Parquet files, as JSON has them. */
  rows(...paths: readonly string[]): Promise<readonly (readonly unknown[])[]>
  query(sql: string): Promise<readonly (readonly unknown[])[]>
  close(): Promise<void>
}

export async function openWorkbench(): Promise<Workbench> {
  const folder = await mkdtemp(join(tmpdir(), 'almanac-load-'))
  const temp = join(folder, 'temp')
  await mkdir(temp)
  const instance: DuckDBInstance = await openDatabase({
    memoryLimitMiB: 256,
    threads: 2,
    tempFolder: temp,
    maximumTempGiB: 1,
    folders: [folder],
  })
  let loads = 0

  async function query(sql: string): Promise<readonly (readonly unknown[])[]> {
    const connection = await instance.connect()
    try {
      return await (await connection.run(sql)).getRowsJson()
    } finally {
      connection.closeSync()
    }
  }

  const load: Workbench['load'] = async (files, change = {}, stop = new AbortController().signal) => {
    loads += 1
    const stagingFolder = join(folder, `staging-${loads}`)
    await mkdir(stagingFolder)
    const connection = await instance.connect()
    try {
      return await runLoad(
        connection,
        {
          columns: salesColumns,
          accountColumn: 'Account',
          dateColumn: 'SoldOn',
          files,
          earlier: null,
          ignoreExtraColumns: false,
          allowNoRows: false,
          stagingFolder,
          ...change,
        },
        stop,
        () => undefined,
      )
    } finally {
      connection.closeSync()
    }
  }

  return {
    folder,
    load,
    query,
    async file(name, content, format = 'csv') {
      const path = join(folder, name)
      const gzipped = name.endsWith('.gz')
      await writeFile(path, gzipped ? gzipSync(content) : content)
      return { path, name, format, gzipped }
    },
    async mistakesOf(files, change) {
      const outcome = await load(files, change)
      if (outcome.kind === 'written') throw new Error(`nothing was wrong with ${files.map(({ name }) => name).join()}`)
      return outcome.mistakes.map(describeMistake)
    },
    rows: (...paths) => query(`FROM read_parquet([${paths.map((path) => `'${path}'`).join(', ')}])`),
    async close() {
      instance.closeSync()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
