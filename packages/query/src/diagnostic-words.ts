import type { ColumnType } from './dataset.ts'
import type { DiagnosticCode, DiagnosticData, ExtensionName } from './diagnostic-codes.ts'
import { nearestName } from './nearest-name.ts'

/** What a reader is told. Only what can be said is there. */
export interface Words {
  readonly message: string
  readonly hint?: string
  readonly nearestName?: string
  readonly allowed?: readonly string[]
}

type WordsOf = { readonly [Code in DiagnosticCode]: (data: DiagnosticData[Code]) => Words }

const words: WordsOf = {
  text_too_long: ({ sizeBytes, limitBytes }) => ({
    message: `the query has ${sizeBytes} bytes, and at most ${limitBytes} are allowed`,
  }),
  syntax: ({ expected, found, hint }) => ({
    message: `expected ${expected}, but found ${found}`,
    ...(hint === undefined ? {} : { hint }),
  }),
  nested_too_deep: ({ limit }) => ({
    message: `conditions are nested more than ${limit} deep`,
    hint: 'Use IN with a list, or fewer parentheses',
  }),
  extension: ({ name }) => ({
    message: `the documented grammar has no ${name}, and this server takes no extensions of it`,
    hint: insteadOf[name],
  }),
  unknown_dataset: ({ name, known }) => ({
    message: `there is no dataset ${name}`,
    ...oneOf('Datasets', name, known),
  }),
  unknown_column: ({ name, dataset, known }) => ({
    message: `${dataset} has no column or metric ${name}`,
    ...oneOf('Columns and metrics', name, known),
    ...(looksLikeFunction(name)
      ? { hint: 'The language has no functions: select a metric, and rows group by the selected columns' }
      : {}),
  }),
  too_many_names: ({ count, limit }) => ({
    message: `${count} names are selected, and at most ${limit} are allowed`,
  }),
  too_many_values: ({ count, limit }) => ({
    message: `the list has ${count} values, and at most ${limit} are allowed`,
  }),
  operator_not_for_type: ({ operator, name, type, allowed }) => ({
    message: `${operator} does not work on ${name}, which is ${kinds[type]}`,
    hint: `Use ${listed(allowed)}`,
    allowed,
  }),
  bad_literal: ({ literal, name, type }) => ({
    message: `${literal} is not ${literalKinds[type]}, as ${name} needs`,
    hint: `Write it like ${examples[type]}`,
  }),
  no_metric_selected: ({ metric, clause }) => ({
    message: `${metric} is a metric, and ${clause} can use it only when the query selects a metric`,
    hint: `Add ${metric} to SELECT: rows then group by the selected columns`,
  }),
  mixed_filter: ({ column, metric }) => ({
    message: `one OR or NOT can't hold both ${column}, which filters rows, and ${metric}, which filters groups`,
    hint: 'Join conditions on columns and conditions on metrics with AND',
  }),
  order_not_selected: ({ name, reason, selected }) => ({
    message: `ORDER BY ${name} needs ${name} to be selected, because ${reasons[reason]}`,
    hint: `Select ${name}, or order by ${shortened(selected)}`,
    allowed: selected,
  }),
  bad_limit: ({ text }) => ({
    message: `LIMIT needs a whole number from 1 on, not ${text}`,
  }),
  unknown_range: ({ name, dataset, known }) => ({
    message: `${dataset} does not offer the TIMESPAN ${name}`,
    ...oneOf('Offered', name, known),
  }),
  no_date_column: ({ dataset }) => ({
    message: `${dataset} has no date to which a TIMESPAN could apply`,
    hint: 'Leave TIMESPAN out',
  }),
  empty_range: ({ from, to }) => ({
    message: `the TIMESPAN ends (${to}) before it begins (${from})`,
    hint: 'Write the earlier time first',
  }),
}

/** The words for one code and its data. */
export function wordsFor<Code extends DiagnosticCode>(code: Code, data: DiagnosticData[Code]): Words {
  return words[code](data)
}

/** What the documented grammar has in place of an extension. */
const insteadOf: Record<ExtensionName, string> = {
  'SELECT *': 'Name the columns',
  OR: 'Conditions are joined by AND; for several values of one column, write IN with a list',
  NOT: 'Write !=, NOT IN or NOT LIKE',
  parentheses: 'Conditions are joined by AND and need no parentheses',
  'IS NULL': 'No condition finds the rows without a value; != and NOT IN leave them out',
  BETWEEN: 'Write two conditions, with >= and <=, joined by AND',
  'TIMESPAN BETWEEN': 'TIMESPAN takes a range that the dataset offers; a run can ask for other times',
}

const kinds: Record<ColumnType, string> = {
  string: 'text',
  integer: 'a whole number',
  decimal: 'a number',
  boolean: 'a yes/no column',
  date: 'a date',
  timestamp: 'a point in time',
}

const literalKinds: Record<ColumnType, string> = { ...kinds, boolean: 'a yes/no value' }

const examples: Record<ColumnType, string> = {
  string: `'Paid'`,
  integer: `100 or '100'`,
  decimal: `1.5 or '1.5'`,
  boolean: `'1'`,
  date: `'2024-06-30'`,
  timestamp: `'2024-06-30T12:00:00Z' or '2024-06-30'`,
}

const reasons: Record<DiagnosticData['order_not_selected']['reason'], string> = {
  distinct: 'DISTINCT keeps only the selected columns',
  grouping: 'with a metric, rows group by the selected columns',
}

function oneOf(title: string, name: string, known: readonly string[]): Omit<Words, 'message'> {
  const nearest = nearestName(name, known)
  if (nearest !== undefined) return { hint: `Did you mean ${nearest}?`, nearestName: nearest, allowed: known }
  if (known.length === 0) return { allowed: known }
  return { hint: `${title}: ${shortened(known)}`, allowed: known }
}

const shownNames = 12

function shortened(names: readonly string[]): string {
  if (names.length <= shownNames) return names.join(', ')
  return `${names.slice(0, shownNames).join(', ')} and ${names.length - shownNames} more`
}

function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`
}

// `SUM(Quantity)` reads as a name, because some names have parentheses.
function looksLikeFunction(name: string): boolean {
  return /^(sum|count|avg|min|max|lower|upper|year|month|day|cast|date|round)\(/i.test(name)
}
