import { chooseType, type ChosenType } from './choose-type.ts'
import type { DatasetDraft, DraftColumn, DraftSource, LeftOut } from './draft.ts'
import { fittingRanges } from './fitting-ranges.ts'
import { guessAccountColumn } from './guess-account-column.ts'
import { guessDateColumn } from './guess-date-column.ts'
import { InferError } from './infer-error.ts'
import { leftOutWords } from './left-out-words.ts'
import { nameWords, sentenceOf } from './name-words.ts'
import { isFlat, type Observation, type ObservedColumn } from './observe-column.ts'
import { betterColumnName, datasetNameOf, isReadableColumn, isReadableDataset } from './readable-name.ts'
import { suggestMetrics } from './suggest-metrics.ts'

/** Data of one dataset to be, as they were found and looked at. */
export interface LookedAt {
  /** What the data are called where they are. */
  readonly name: string
  readonly source: DraftSource
  /** What was looked at, in sentences. */
  readonly basis: readonly string[]
  readonly observation: Observation
  /** What is known to be left out, beside what the columns themselves say. */
  readonly leftOut: readonly LeftOut[]
}

export interface DraftOptions {
  /** What FROM calls it; null: from the name of the data. */
  readonly name: string | null
  readonly program: string
  /** Epoch milliseconds; ranges count back from there. */
  readonly now: number
}

/**
 * Drafts a dataset from what was seen of its data: choose types → guess account and date → suggest ranges and metrics.
 * Raises an `InferError` where no draft can be made.
 */
export function draftDataset({ name: given, program, now }: DraftOptions, seen: LookedAt): DatasetDraft {
  const { source, observation } = seen
  const name = datasetName(given, seen)
  const { named, leftOut: unnamed } = sortOut(observation)
  const leftOut = [...unnamed, ...seen.leftOut]
  const place = placeOf(source)
  if (named.length === 0) {
    throw new InferError([`No column of ${place} can be declared.`, ...leftOutWords(leftOut, source)].join('\n'))
  }

  const account = guessAccountColumn(named, observation)
  const columns = named.map((column) => draftColumn(column, observation, account.column))
  if (columns.every(({ hidden }) => hidden === true)) {
    throw new InferError(`Only ${account.column} of ${place} can be declared: there is nothing to select.`)
  }
  const byName = new Map(named.map((column) => [column.name, column]))
  const date = guessDateColumn(columns, byName, observation)
  const dated = date.column === null ? undefined : byName.get(date.column)
  return {
    program,
    name,
    title: sentenceOf(nameWords(name)),
    description: `Rows of ${seen.name}; say in a sentence what one row is.`,
    basis: seen.basis,
    source,
    minimumRecurrenceIntervalHours: 24,
    account,
    date,
    ranges: dated === undefined ? null : fittingRanges(dated.least, dated.greatest, now),
    columns,
    metrics: suggestMetrics(columns, byName, account.column),
    leftOut,
  }
}

function placeOf(source: DraftSource): string {
  if (source.format === 'trino') return `${source.catalog}.${source.schema}.${source.table}`
  return source.format === 'duckdb' ? `${source.schema}.${source.table}` : source.pattern
}

function datasetName(given: string | null, { name }: LookedAt): string {
  if (given === null) return datasetNameOf(name)
  if (isReadableDataset(given)) return given
  throw new InferError(`No query can name a dataset ${given}; ${datasetNameOf(given)} would do.`)
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
    // Account ids are text, whatever the data have.
    return { name, type: 'string', description, hidden: true, remark: column.inFolders ? inFolders(column) : null }
  }
  const { type, booleanForms, remark } = column.inFolders
    ? folderType(column, observation)
    : chooseType(column, observation)
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

/** A folder is a date, a whole number or a text: nothing else is written in one way only. */
function folderType(column: ObservedColumn, observation: Observation): ChosenType {
  const { type, remark } = chooseType({ ...column, values: null }, { ...observation, isAll: true })
  return { type, remark: remark === null ? inFolders(column) : `${inFolders(column)}; ${remark}` }
}

function inFolders({ name }: ObservedColumn): string {
  return `stands in the folders of the files, ${name}=…`
}

// Below that, few values say only that there are few rows.
const rowsPerValue = 5

/** The values of a column that seems to have a fixed set of them. */
function enumeration({ values, filled, distinct }: ObservedColumn): readonly string[] | null {
  return values !== null && distinct >= 2 && filled >= distinct * rowsPerValue ? values : null
}
