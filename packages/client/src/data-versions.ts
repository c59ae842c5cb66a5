import type { DoOnce } from './do-once.ts'
import { lowerCamelKeys } from './read-answer.ts'
import { onlyItem } from './only-item.ts'
import type { Transport } from './transport.ts'
import type { DataVersion } from './wire-types.ts'

export interface LoadOptions extends DoOnce {
  readonly format: 'csv' | 'tsv' | 'json' | 'parquet'
  /** Default: `replace`. */
  readonly mode?: 'replace' | 'append'
  /** What messages call the file. */
  readonly fileName?: string
  readonly ignoreExtraColumns?: boolean
  readonly allowNoRows?: boolean
  /** Check the file, and change nothing. */
  readonly dryRun?: boolean
}

interface CallOptions {
  readonly signal?: AbortSignal
}

/** Almanac's own: what its datasets were loaded with. Needs the role `Admin`. */
export interface DataVersions {
  /**
   * Loads a file into a dataset: all of it or, with `AlmanacError` `invalid_data` and what is wrong in which row, nothing.
   * A `Blob` isn't read into memory: a file that someone has chosen in a browser, or Node's `fs.openAsBlob(path)`. Not a
   * stream, which could not be sent again when the token has expired.
   */
  load(dataset: string, file: Blob | Uint8Array<ArrayBuffer> | string, options: LoadOptions): Promise<DataVersion>
  /** Those that are kept, newest first. */
  list(dataset: string, options?: CallOptions): Promise<readonly DataVersion[]>
  /** Puts a version that is kept in force again. */
  activate(dataset: string, version: number, options?: DoOnce): Promise<DataVersion>
}

export function createDataVersions(transport: Transport, program: string): DataVersions {
  const pathOf = (dataset: string): string => `/admin/datasets/${program}/${encodeURIComponent(dataset)}/versions`
  return {
    async load(dataset, file, { idempotencyKey, signal, ...query }) {
      const request = { path: pathOf(dataset), query: { ...query }, file, idempotencyKey, signal }
      const answer = await transport.call({ method: 'POST', ...request })
      return onlyItem(answer) as DataVersion
    },
    async list(dataset, { signal } = {}) {
      const { value } = await transport.call({ method: 'GET', path: pathOf(dataset), signal })
      return value.map((item) => lowerCamelKeys(item) as DataVersion)
    },
    async activate(dataset, version, { idempotencyKey, signal } = {}) {
      const path = `${pathOf(dataset)}/${version}/activate`
      return onlyItem(await transport.call({ method: 'POST', path, idempotencyKey, signal })) as DataVersion
    },
  }
}
