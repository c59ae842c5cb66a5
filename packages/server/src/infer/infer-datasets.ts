import { programName } from '../datasets/loading/find-catalog-files.ts'
import { databaseAmong } from './database-among.ts'
import type { DatasetDraft } from './draft.ts'
import { draftDataset } from './draft-dataset.ts'
import { InferError } from './infer-error.ts'
import { lookAtFiles } from './look-at-files.ts'
import { lookAtTables } from './look-at-tables.ts'
import { lookAtTrino } from './look-at-trino.ts'
import { openReader } from './open-reader.ts'
import { trinoTableAmong } from './trino-table-among.ts'
import type { TrinoReader } from './trino-reader.ts'

export interface InferInput {
  /** Files, folders and globs that hold the rows of one dataset; or one DuckDB database file; or one table of Trino. */
  readonly sources: readonly string[]
  /** Of a database: the only table to draft, `orders` or `marts.orders`. Null: all of them. */
  readonly table: string | null
  /** Null: from the name of the files, or of the table. */
  readonly name: string | null
  readonly program: string
  /** The folder below which the source is found later. */
  readonly datasetsFolder: string
  /** Rows to look at, at most. */
  readonly sampleRows: number
  /** Epoch milliseconds; ranges count back from there. */
  readonly now: number
}

export interface Inferred {
  /** At least one. */
  readonly drafts: readonly DatasetDraft[]
  /** Why there is none of other tables, a sentence for each. */
  readonly skipped: readonly string[]
}

/**
 * Drafts a dataset from its data files, one from each table of a database, or one from a table of Trino: find → look at a
 * bounded number of rows → draft. `openTrino` is null where no setting names one. Raises an `InferError` where no draft can be
 * made.
 */
export async function inferDatasets(
  input: InferInput,
  openTrino: (() => TrinoReader) | null = null,
): Promise<Inferred> {
  const { program, sources, table, name } = input
  if (!programName.test(program)) {
    throw new InferError(`${program} is part of URLs: use lower-case letters, digits and hyphens for a program.`)
  }
  const database = await databaseAmong(sources)
  if (database === undefined && table !== null) throw new InferError('--table names a table of a DuckDB database file.')
  const trinoTable = await trinoTableAmong(sources)
  if (trinoTable !== undefined && openTrino === null)
    throw new InferError(
      `There is no file ${sources[0]}. If it is a table of Trino, say where that is: set trino.url (ALMANAC_TRINO_URL).`,
    )
  const reader = await openReader()
  try {
    if (trinoTable !== undefined && openTrino !== null)
      return { drafts: [draftDataset(input, await lookAtTrino(reader, openTrino(), trinoTable, input))], skipped: [] }
    if (database === undefined) {
      return { drafts: [draftDataset(input, await lookAtFiles(reader, input))], skipped: [] }
    }
    const tables = await lookAtTables(reader, database, input)
    if (name !== null && tables.length > 1) {
      throw new InferError(
        `--name is the name of one dataset, and ${database} has ${tables.length} tables: say --table.`,
      )
    }
    const outcomes = tables.map((seen) => outcomeOf(() => draftDataset(input, seen)))
    const drafts = outcomes.filter((outcome) => typeof outcome !== 'string')
    const skipped = outcomes.filter((outcome) => typeof outcome === 'string')
    if (drafts.length === 0) throw new InferError(skipped.join('\n'))
    return { drafts, skipped }
  } finally {
    reader.close()
  }
}

/** One table of which nothing can be declared is no reason to draft none of the others. */
function outcomeOf(draft: () => DatasetDraft): DatasetDraft | string {
  try {
    return draft()
  } catch (error) {
    if (error instanceof InferError) return error.message
    throw error
  }
}
