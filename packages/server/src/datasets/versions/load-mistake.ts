import type { FileMistake } from '../../kernel/app-error.ts'

/** What can be wrong with a file that is to be loaded. */
export type LoadMistakeCode =
  | 'missing_column'
  | 'extra_column'
  | 'duplicate_column'
  | 'wrong_column_type'
  | 'wrong_value'
  | 'empty_account'
  | 'wrong_row'
  | 'not_utf8'
  | 'unreadable_file'
  | 'no_rows'

/**
 * One thing that is wrong with a file, and where. The column is called as the dataset declares it, or as the file does
 * when the dataset has none such; `problem` says what is wrong and what was expected.
 */
export interface LoadMistake extends FileMistake {
  readonly code: LoadMistakeCode
}

/** How many mistakes are told at once. */
export const mistakesTold = 20

/** A mistake with its place, in one sentence. */
export function describeMistake({ file, row, line, column, problem }: FileMistake): string {
  const place = [
    file,
    ...(line === undefined ? [] : [`line ${line}`]),
    ...(line === undefined && row !== undefined ? [`row ${row}`] : []),
    ...(column === undefined ? [] : [`column ${column}`]),
  ]
  return `${place.join(', ')}: ${problem}`
}

const longestValue = 60

/** A value of a file as a message shows it. */
export function quotedValue(value: string): string {
  const characters = Array.from(value)
  return JSON.stringify(characters.length > longestValue ? `${characters.slice(0, longestValue).join('')}…` : value)
}
