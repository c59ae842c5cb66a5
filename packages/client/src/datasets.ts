import { collect, itemsOfPages } from './pages.ts'
import type { Transport } from './transport.ts'
import type { Dataset } from './wire-types.ts'

export interface Datasets {
  /** All datasets of the program, or the one called `name`. An unknown name gives an empty list. */
  list(options?: { readonly name?: string; readonly signal?: AbortSignal }): Promise<readonly Dataset[]>
}

export function createDatasets(transport: Transport): Datasets {
  return {
    list: ({ name, signal } = {}) =>
      collect(
        itemsOfPages<Dataset>(transport, {
          method: 'GET',
          path: 'ScheduledDataset',
          query: { datasetName: name },
          signal,
        }),
      ),
  }
}
