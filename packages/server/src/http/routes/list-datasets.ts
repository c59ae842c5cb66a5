import { operations } from '@almanac/api'
import { describeDatasets } from '../../datasets/describe-datasets.ts'
import { listDatasets } from '../../datasets/list-datasets.ts'
import { createRowCounts } from '../../datasets/row-counts.ts'
import { minuteMs, secondMs } from '../../kernel/hours.ts'
import type { HttpDeps } from '../http-deps.ts'
import { operationRoute } from '../operation-route.ts'
import { datasetItem, expandedDatasetItem } from '../wire/dataset-item.ts'
import { envelope } from '../wire/envelope.ts'

const message = 'Dataset fetched successfully'

// The counts of an answer wait for one another, and previews wait for them: so no longer than a reader would.
const countTimeLimitMs = 3 * secondMs
const countRetryAfterMs = 10 * minuteMs
const keptCounts = 10_000

export const listDatasetsRoute = (deps: Pick<HttpDeps, 'catalog' | 'data' | 'engine' | 'clock'>) => {
  const rowCounts = createRowCounts({
    engine: deps.engine,
    clock: deps.clock,
    timeLimitMs: countTimeLimitMs,
    retryAfterMs: countRetryAfterMs,
    keptCounts,
  })
  return operationRoute(operations.listDatasets, async ({ params, query, caller }) => {
    const input = { program: params.program, datasetName: query.datasetName ?? null }
    if (query.expand === undefined) return envelope(listDatasets(deps, input).map(datasetItem), message)
    const described = await describeDatasets({ ...deps, rowCounts }, caller(), input)
    return envelope(described.map(expandedDatasetItem), message)
  })
}
