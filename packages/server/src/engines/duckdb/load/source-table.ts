import type { LoadFile, LoadRequest } from '../../../datasets/versions/load-engine.ts'
import type { LoadMistake } from '../../../datasets/versions/load-mistake.ts'
import type { Cell } from './cell.ts'

/** A file as check and write see it: Parquet, in which each row knows its place. */
export interface SourceTable {
  readonly file: LoadFile
  /** What FROM reads; its columns are those of the cells. */
  readonly from: string
  /** For each column of the dataset, in order. */
  readonly cells: readonly Cell[]
  /** On which lines rows (counted from 1) begin; empty where a file has no lines. */
  readonly linesOf: (rows: ReadonlySet<number>) => Promise<ReadonlyMap<number, number>>
}

/** What opening a file comes to. */
export type OpenedSource =
  | { readonly ok: true; readonly table: SourceTable }
  | { readonly ok: false; readonly mistakes: readonly LoadMistake[]; readonly total: number }

/** The engine at work on one load. */
export interface LoadContext {
  /** Runs a statement and gives its rows; ends early when the load is called off. */
  readonly run: (sql: string) => Promise<readonly (readonly unknown[])[]>
  readonly stop: AbortSignal
}

/**
 * Opens one file of a request. A text file is copied to `copyPath` on the way, read once, as Parquet of its texts: there
 * each row has a number, columns can be looked at one by one, and many threads can.
 */
export type OpenSource = (
  context: LoadContext,
  request: LoadRequest,
  file: LoadFile,
  copyPath: string,
) => Promise<OpenedSource>

export function refusedSource(mistakes: readonly LoadMistake[], total = mistakes.length): OpenedSource {
  return { ok: false, mistakes, total }
}

/** Whether DuckDB complains about what stands in a file, and not about memory, disk or itself. */
export function isAboutContent(error: unknown): error is Error {
  return error instanceof Error && /^(Invalid Input|Invalid|Conversion) Error|gzip/i.test(error.message)
}

/** The engine's own words about a file, where there are none of ours: its first sentence, without paths and advice. */
export function firstSentence({ message }: Error, file: LoadFile): string {
  const [line = ''] = message.split('\n')
  return line
    .replace(/^[A-Z]\w*( \w+)* Error: /, '')
    .replaceAll(file.path, file.name)
    .trim()
}
