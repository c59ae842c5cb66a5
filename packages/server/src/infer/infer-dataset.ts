import { basename } from 'node:path'
import { programName } from '../datasets/loading/find-catalog-files.ts'
import { chooseType } from './choose-type.ts'
import type { DatasetDraft, DraftColumn, LeftOut } from './draft.ts'
import { findFiles, type FoundFiles } from './find-files.ts'
import { fittingRanges } from './fitting-ranges.ts'
import { guessAccountColumn } from './guess-account-column.ts'
import { guessDateColumn } from './guess-date-column.ts'
import { InferError } from './infer-error.ts'
import { nameWords, sentenceOf } from './name-words.ts'
import { leftOutWords } from './left-out-words.ts'
import { isFlat, observeFiles, type Observation, type ObservedColumn } from './observe-files.ts'
import { openReader } from './open-reader.ts'
import { betterColumnName, datasetNameOf, isReadableColumn, isReadableDataset } from './readable-name.ts'
import { sourcePattern } from './source-pattern.ts'
import { suggestMetrics } from './suggest-metrics.ts'

export interface InferInput {
  /** Files, folders and globs that hold the rows of one dataset. */
  readonly sources: readonly string[]
  /** Null: from the name of the files. */
  readonly name: string | null
  readonly program: string
  /** The folder below which the source is found later. */
  readonly datasetsFolder: string
  /** Rows to look at, at most. */
  readonly sampleRows: number
  /** Epoch milliseconds; ranges count back from there. */
  readonly now: number
}

/**
 * Drafts a dataset from its data files: find → look at a bounded number of rows → choose types → guess account and date
 * → suggest ranges and metrics. Raises an `InferError` where no draft can be made.
 */
export async function inferDataset(input: InferInput): Promise<DatasetDraft> {
  if (!programName.test(input.program)) {
    throw new InferError(`${input.program} is part of URLs: use lower-case letters, digits and hyphens for a program.`)
  }
  const found = await findFiles(input.sources)
  const name = datasetName(input.name, found)
  const observation = await observed(found, input.sampleRows)
  const { named, leftOut } = sortOut(observation)
  if (named.length === 0) {
    throw new InferError(
      [`No column of ${found.pattern} can be declared.`, ...leftOutWords(leftOut, found.pattern)].join('\n'),
    )
  }

  const account = guessAccountColumn(named, observation)
  const columns = named.map((column) => draftColumn(column, observation, account.column))
  if (columns.every(({ hidden }) => hidden === true)) {
    throw new InferError(`Only ${account.column} of ${found.pattern} can be declared: there is nothing to select.`)
  }
  const byName = new Map(named.map((column) => [column.name, column]))
  const date = guessDateColumn(columns, byName, observation)
  const dated = date.column === null ? undefined : byName.get(date.column)
  return {
    program: input.program,
    name,
    title: sentenceOf(nameWords(name)),
    description: `Rows of ${found.name}; say in a sentence what one row is.`,
    basis: basisOf(found, observation),
    source: { format: found.format, ...sourcePattern(found.pattern, input.datasetsFolder) },
    minimumRecurrenceIntervalHours: 24,
    account,
    date,
    ranges: dated === undefined ? null : fittingRanges(dated.least, dated.greatest, input.now),
    columns,
    metrics: suggestMetrics(columns, byName, account.column),
    leftOut,
  }
}

function datasetName(given: string | null, found: FoundFiles): string {
  if (given === null) return datasetNameOf(found.name)
  if (isReadableDataset(given)) return given
  throw new InferError(`No query can name a dataset ${given}; ${datasetNameOf(given)} would do.`)
}

async function observed(found: FoundFiles, sampleRows: number): Promise<Observation> {
  const reader = await openReader()
  try {
    return await observeFiles(reader, found, sampleRows)
  } finally {
    reader.close()
  }
}

interface SortedOut {
  readonly named: readonly ObservedColumn[]
  readonly leftOut: readonly LeftOut[]
}

function sortOut({ columns }: Observation): SortedOut {
  const named = columns.filter((column) => isFlat(column) && isReadableColumn(column.name))
  const leftOut = columns.flatMap((column): LeftOut[] => {
    const { name, type } = column
    if (!isFlat(column))
      return [{ name, reason: `holds ${cut(type)}, which a file of rows can't show`, betterName: null }]
    if (isReadableColumn(name)) return []
    return [{ name, reason: 'no query can name it', betterName: betterColumnName(name) }]
  })
  return { named, leftOut }
}

function cut(text: string): string {
  return text.length <= 40 ? text : `${text.slice(0, 39)}…`
}

function draftColumn(column: ObservedColumn, observation: Observation, account: string | null): DraftColumn {
  const { name } = column
  const description = sentenceOf(nameWords(name))
  if (name === account) {
    // Account ids are text, whatever the files have.
    return { name, type: 'string', description, hidden: true, remark: null }
  }
  const { type, booleanForms, remark } = chooseType(column, observation)
  const values = type === 'string' ? enumeration(column) : null
  return {
    name,
    type,
    description,
    remark,
    ...(values !== null && { values }),
    ...(booleanForms !== undefined && { booleanForms }),
  }
}

// Below that, few values say only that there are few rows.
const rowsPerValue = 5

/** The values of a column that seems to have a fixed set of them. */
function enumeration({ values, filled, distinct }: ObservedColumn): readonly string[] | null {
  return values !== null && distinct >= 2 && filled >= distinct * rowsPerValue ? values : null
}

function basisOf({ paths }: FoundFiles, { rows, isAll, totalRows }: Observation): readonly string[] {
  const files = paths.length === 1 ? basename(paths[0] ?? '') : `${shown(paths.length)} files`
  if (isAll) return [`All rows of ${files} were looked at (${shown(rows)}).`]
  const total = totalRows === null ? 'there may be more' : `there are ${shown(totalRows)}`
  return [
    `The first ${shown(rows)} rows of ${files} were looked at; ${total}.`,
    'Types, values and counts are those of these rows: `almanac catalog check --data` reads all of them.',
  ]
}

function shown(count: number): string {
  return count.toLocaleString('en-US')
}
