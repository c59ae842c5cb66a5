import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'
import type { DataSource } from '../../packages/server/src/datasets/data-version.ts'
import type { QueryEngine } from '../../packages/server/src/datasets/query-engine.ts'

const line = '"OrderDate","OrderId"\n'
const file = { rows: 0, sizeBytes: line.length, sha256: createHash('sha256').update(line).digest('hex') }
const refused = (): Promise<never> => Promise.reject(new Error('This engine only exports'))

/** An engine that writes one synced line at once: what remains of an execution is the product's own work. */
export const instantEngine: QueryEngine = {
  async export(_query, { path }) {
    const target = await open(path, 'wx')
    try {
      await target.writeFile(line)
      await target.sync()
    } finally {
      await target.close()
    }
    return file
  },
  exportTogether: refused,
  preview: refused,
  profile: refused,
  close: () => Promise.resolve(),
}

/** Data that are always the same. */
export const constantData: DataSource = {
  versionOf: () =>
    Promise.resolve({
      id: 'constant',
      relation: { kind: 'files', format: 'parquet', paths: ['orders.parquet'] },
      createdAt: 0,
      rows: null,
    }),
}
