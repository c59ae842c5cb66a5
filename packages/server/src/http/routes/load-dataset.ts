import { join } from 'node:path'
import { operations } from '@almanac/api'
import type { AuditLog } from '../../access/audit-log.ts'
import { dataLoadBegun, dataLoaded } from '../../access/data-audit.ts'
import type { DatasetVersion } from '../../datasets/versions/dataset-version.ts'
import { findLoaded } from '../../datasets/versions/find-request.ts'
import { loadDataset, type LoadDatasetDeps } from '../../datasets/versions/load-dataset.ts'
import type { LoadFormat } from '../../datasets/versions/load-engine.ts'
import { requireDataset } from '../../datasets/versions/require-dataset.ts'
import type { ServeOnceDeps } from '../../idempotency/serve-once.ts'
import { AppError } from '../../kernel/app-error.ts'
import { holdConnection } from '../hold-connection.ts'
import { operationRoute } from '../operation-route.ts'
import { hashFile, receiveFile } from '../receive-file.ts'
import { serveAskedOnce } from '../serve-asked-once.ts'
import { untilGone } from '../until-gone.ts'
import { dataVersionItem } from '../wire/data-version-item.ts'
import { envelope } from '../wire/envelope.ts'

export interface LoadDatasetRouteDeps extends LoadDatasetDeps {
  readonly uploadBytes: number
}

type Deps = LoadDatasetRouteDeps & ServeOnceDeps & { readonly audit: Pick<AuditLog, 'append'> }

const operation = operations.loadDataset

export const loadDatasetRoute = (deps: Deps) =>
  operationRoute(operation, async (asked, reply) => {
    const { params, query, body, headers, caller, idempotencyKey } = asked
    const { name } = requireDataset(deps.catalog, params.program, params.dataset)
    const format = query.format ?? formatOf(headers['content-type'])
    const sending = {
      encoding: headers['content-encoding'],
      length: headers['content-length'],
      limitBytes: deps.uploadBytes,
    }
    let received: string | undefined
    const tell = (entryOf: typeof dataLoaded, version: DatasetVersion) =>
      deps.audit.append(entryOf(asked.source(), deps.clock.now(), { program: params.program, dataset: name, version }))

    const { sha256, answer } = await serveAskedOnce(deps, operation, asked, reply, {
      async make(newId) {
        const { version, inForce } = await loadDataset(deps, {
          ...params,
          mode: query.mode ?? 'replace',
          ignoreExtraColumns: query.ignoreExtraColumns ?? false,
          allowNoRows: query.allowNoRows ?? false,
          dryRun: query.dryRun ?? false,
          loadedBy: caller().clientId,
          requestId: newId(),
          beforeSwitch: (version) => tell(dataLoadBegun, version),
          afterSwitch: (version) => tell(dataLoaded, version),
          signal: untilGone(reply),
          async bringFiles(folder) {
            const path = join(folder, 'received')
            received = await receiveFile(body, path, sending)
            holdConnection(reply)
            return [{ path, name: query.fileName ?? `the ${format} file`, format, gzipped: false, sha256: received }]
          },
        })
        const message = inForce ? 'Dataset loaded' : 'The file can be loaded'
        return { sha256: received, answer: envelope([dataVersionItem(name, version, inForce)], message) }
      },
      async found(requestId) {
        const loaded = await findLoaded(deps, { ...params, requestId })
        if (loaded === undefined) return undefined
        const { version, inForce, mark } = loaded
        return { sha256: mark.sha256, answer: envelope([dataVersionItem(name, version, inForce)], 'Dataset loaded') }
      },
    })
    // An answer from earlier is one to the same file, which is known when it has been read.
    if (received === undefined && (await hashFile(body, sending)) !== sha256) {
      throw new AppError('idempotency_mismatch', { key: idempotencyKey ?? '' })
    }
    return answer
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
