import { collect, itemsOfPages } from './pages.ts'
import type { Transport } from './transport.ts'
import type { Dataset, ExpandedDataset } from './wire-types.ts'

export interface DatasetFilter {
  /** A dataset's name, or an older one. */
  readonly name?: string
  readonly signal?: AbortSignal
}

export interface Datasets {
  /**
   * All datasets of the program, or the one called `name`. An unknown name gives an empty list. With `expand` each comes
   * with types, descriptions and values of its columns, how fresh its data are, and how many rows the account has.
   */
  list(filter: DatasetFilter & { readonly expand: 'columns' }): Promise<readonly ExpandedDataset[]>
  list(filter?: DatasetFilter): Promise<readonly Dataset[]>
}

export function createDatasets(transport: Transport): Datasets {
  return {
    // Which of the two forms comes is what `expand` says; the overloads above tell the caller.
    list(filter?: DatasetFilter & { readonly expand?: 'columns' }) {
      const { name, expand, signal } = filter ?? {}
      return collect(
        itemsOfPages<ExpandedDataset>(transport, {
          method: 'GET',
          path: 'ScheduledDataset',
          query: { datasetName: name, expand },
          signal,
        }),
      )
    },
  }
}
