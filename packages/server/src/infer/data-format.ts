import type { DatasetSource } from '../datasets/dataset.ts'

export type DataFormat = Extract<DatasetSource, { readonly kind: 'files' }>['format']

const formats: readonly (readonly [ending: RegExp, format: DataFormat])[] = [
  [/\.parquet$/i, 'parquet'],
  [/\.(csv|tsv|txt)(\.gz)?$/i, 'csv'],
  [/\.(json|jsonl|ndjson)(\.gz)?$/i, 'json'],
]

/** The format of a data file by its ending. `undefined` for a file that the engine can't read. */
export function dataFormatOf(path: string): DataFormat | undefined {
  return formats.find(([ending]) => ending.test(path))?.[1]
}
