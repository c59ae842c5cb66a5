import type { Detail, PreviewRow } from '@almanac/api'
import type { DoOnce } from './do-once.ts'
import { onlyItem } from './only-item.ts'
import { itemsOfPages } from './pages.ts'
import { pascalKeys } from './pascal-keys.ts'
import type { Transport } from './transport.ts'
import type { NewQuery, Query } from './wire-types.ts'

export interface QueryFilter {
  readonly queryId?: string
  /** The whole name, in any case. */
  readonly queryName?: string
  /** Default: `include`. */
  readonly systemQueries?: 'include' | 'exclude' | 'only'
  readonly pageSize?: number
  readonly signal?: AbortSignal
}

/** A query text, or a saved query. `startTime` and `endTime` (UTC, `yyyy-MM-ddTHH:mm:ssZ`) replace its TIMESPAN. */
export type TestInput = ({ readonly query: string } | { readonly queryId: string }) & {
  readonly startTime?: string
  readonly endTime?: string
}

interface CallOptions {
  readonly signal?: AbortSignal
}

export interface Queries {
  /** Saves a query. `notes` say what the real service would not take. */
  create(query: NewQuery, options?: DoOnce): Promise<{ readonly query: Query; readonly notes: readonly Detail[] }>
  /** Saved and system queries, newest first. */
  list(filter?: QueryFilter): AsyncGenerator<Query, void, void>
  /** Deletes a saved query and gives it back. Reports that use it keep their copy of its text. */
  delete(queryId: string, options?: CallOptions): Promise<Query>
  /** Runs a query and gives its first rows. */
  test(
    input: TestInput,
    options?: CallOptions,
  ): Promise<{ readonly rows: readonly PreviewRow[]; readonly notes: readonly Detail[] }>
}

const path = 'ScheduledQueries'

export function createQueries(transport: Transport): Queries {
  return {
    async create(query, { idempotencyKey, signal } = {}) {
      const envelope = await transport.call({ method: 'POST', path, body: pascalKeys(query), idempotencyKey, signal })
      return { query: onlyItem(envelope) as Query, notes: envelope.details ?? [] }
    },
    list: ({ queryId, queryName, systemQueries = 'include', pageSize, signal } = {}) =>
      itemsOfPages<Query>(transport, {
        method: 'GET',
        path,
        query: {
          queryId,
          queryName,
          includeSystemQueries: systemQueries !== 'exclude',
          includeOnlySystemQueries: systemQueries === 'only',
          $top: pageSize,
        },
        signal,
      }),
    async delete(queryId, { signal } = {}) {
      const envelope = await transport.call({
        method: 'DELETE',
        path: `${path}/${encodeURIComponent(queryId)}`,
        signal,
      })
      return onlyItem(envelope) as Query
    },
    async test(input, { signal } = {}) {
      const source = 'query' in input ? { exportQuery: input.query } : { queryId: input.queryId }
      const envelope = await transport.call({
        method: 'GET',
        path: `${path}/testQueryResult`,
        query: { ...source, startTime: input.startTime, endTime: input.endTime },
        signal,
      })
      // Rows are kept as they are: their keys are the names of columns.
      return { rows: envelope.value as readonly PreviewRow[], notes: envelope.details ?? [] }
    },
  }
}
