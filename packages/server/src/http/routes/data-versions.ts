import { operations } from '@almanac/api'
import { activateVersion, type ActivateVersionDeps } from '../../datasets/versions/activate-version.ts'
import { listVersions, type ListVersionsDeps } from '../../datasets/versions/list-versions.ts'
import { requireDataset } from '../../datasets/versions/require-dataset.ts'
import { operationRoute } from '../operation-route.ts'
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

export const activateVersionRoute = (deps: ActivateVersionDeps) =>
  operationRoute(operations.activateVersion, async ({ params }) => {
    const { name } = requireDataset(deps.catalog, params.program, params.dataset)
    const version = await activateVersion(deps, { ...params, number: params.versionNumber })
    return envelope([dataVersionItem(name, version, true)], 'Version activated')
  })
