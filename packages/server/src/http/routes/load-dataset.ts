import { join } from 'node:path'
import { operations } from '@almanac/api'
import { loadDataset, type LoadDatasetDeps } from '../../datasets/versions/load-dataset.ts'
import type { LoadFormat } from '../../datasets/versions/load-engine.ts'
import { requireDataset } from '../../datasets/versions/require-dataset.ts'
import { AppError } from '../../kernel/app-error.ts'
import { holdConnection } from '../hold-connection.ts'
import { operationRoute } from '../operation-route.ts'
import { receiveFile } from '../receive-file.ts'
import { untilGone } from '../until-gone.ts'
import { dataVersionItem } from '../wire/data-version-item.ts'
import { envelope } from '../wire/envelope.ts'

export interface LoadDatasetRouteDeps extends LoadDatasetDeps {
  readonly uploadBytes: number
}

export const loadDatasetRoute = (deps: LoadDatasetRouteDeps) =>
  operationRoute(operations.loadDataset, async ({ params, query, body, headers, caller }, reply) => {
    const { name } = requireDataset(deps.catalog, params.program, params.dataset)
    const format = query.format ?? formatOf(headers['content-type'])
    const { version, inForce } = await loadDataset(deps, {
      ...params,
      mode: query.mode ?? 'replace',
      ignoreExtraColumns: query.ignoreExtraColumns ?? false,
      allowNoRows: query.allowNoRows ?? false,
      dryRun: query.dryRun ?? false,
      loadedBy: caller().clientId,
      signal: untilGone(reply),
      async bringFiles(folder) {
        const path = join(folder, 'received')
        await receiveFile(body, path, {
          encoding: headers['content-encoding'],
          length: headers['content-length'],
          limitBytes: deps.uploadBytes,
        })
        holdConnection(reply)
        return [{ path, name: query.fileName ?? `the ${format} file`, format, gzipped: false }]
      },
    })
    return envelope([dataVersionItem(name, version, inForce)], inForce ? 'Dataset loaded' : 'The file can be loaded')
  })

const formats: Readonly<Record<string, LoadFormat>> = {
  'text/csv': 'csv',
  'text/tab-separated-values': 'tsv',
  'application/json': 'json',
  'application/x-ndjson': 'json',
  'application/vnd.apache.parquet': 'parquet',
}

function formatOf(contentType: string | undefined): LoadFormat {
  const mediaType = contentType?.split(';', 1)[0]?.trim().toLowerCase() ?? ''
  const format = formats[mediaType]
  if (format === undefined) throw new AppError('missing_value', { fields: ['format'] })
  return format
}
