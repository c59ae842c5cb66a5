import { operations } from '@almanac/api'
import type { AuditLog } from '../../access/audit-log.ts'
import { dataSwitchBegun, dataSwitched } from '../../access/data-audit.ts'
import { activateVersion, type ActivateVersionDeps } from '../../datasets/versions/activate-version.ts'
import type { DatasetVersion } from '../../datasets/versions/dataset-version.ts'
import { findActivated } from '../../datasets/versions/find-request.ts'
import { listVersions, type ListVersionsDeps } from '../../datasets/versions/list-versions.ts'
import { requireDataset } from '../../datasets/versions/require-dataset.ts'
import type { ServeOnceDeps } from '../../idempotency/serve-once.ts'
import { operationRoute } from '../operation-route.ts'
import { serveAskedOnce } from '../serve-asked-once.ts'
import { dataVersionItem } from '../wire/data-version-item.ts'
import { envelope } from '../wire/envelope.ts'

export const listVersionsRoute = (deps: ListVersionsDeps) =>
  operationRoute(operations.listVersions, async ({ params }) => {
    const { name } = requireDataset(deps.catalog, params.program, params.dataset)
    const versions = await listVersions(deps, params)
    return envelope(
      versions.map(({ version, inForce }) => dataVersionItem(name, version, inForce)),
      null,
    )
  })

const activation = operations.activateVersion

export const activateVersionRoute = (
  deps: ActivateVersionDeps & ServeOnceDeps & { readonly audit: Pick<AuditLog, 'append'> },
) =>
  operationRoute(activation, async (asked, reply) => {
    const { params } = asked
    const { name } = requireDataset(deps.catalog, params.program, params.dataset)
    const answer = (version: DatasetVersion, inForce: boolean) =>
      envelope([dataVersionItem(name, version, inForce)], 'Version activated')
    const tell = (entryOf: typeof dataSwitched, version: DatasetVersion) =>
      deps.audit.append(entryOf(asked.source(), deps.clock.now(), { program: params.program, dataset: name, version }))
    return serveAskedOnce(deps, activation, asked, reply, {
      async make(newId) {
        const version = await activateVersion(deps, {
          ...params,
          number: params.versionNumber,
          requestId: newId(),
          beforeSwitch: (version) => tell(dataSwitchBegun, version),
          afterSwitch: (version) => tell(dataSwitched, version),
        })
        return answer(version, true)
      },
      async found(requestId) {
        const found = await findActivated(deps, { ...params, requestId })
        return found && answer(found.version, found.inForce)
      },
    })
  })
