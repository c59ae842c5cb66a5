import { operations } from '@almanac/api'
import type { Catalog } from '../../datasets/catalog.ts'
import { listDatasets } from '../../datasets/list-datasets.ts'
import { operationRoute } from '../operation-route.ts'
import { datasetItem } from '../wire/dataset-item.ts'
import { envelope } from '../wire/envelope.ts'

export const listDatasetsRoute = (deps: { readonly catalog: Catalog }) =>
  operationRoute(operations.listDatasets, async ({ params, query }) => {
    const datasets = listDatasets(deps, { program: params.program, datasetName: query.datasetName ?? null })
    return envelope(datasets.map(datasetItem), 'Dataset fetched successfully')
  })
