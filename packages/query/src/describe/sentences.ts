import type { CheckedQuery } from '../check-query.ts'
import type { ColumnType } from '../dataset.ts'
import type { Field } from '../plan/field.ts'
import type { Timespan } from '../plan/plan.ts'
import type { Predicate } from '../plan/predicate.ts'
import type { DescribedColumn, DescribedWindow, QueryDescription } from './query-description.ts'

type Described = Omit<QueryDescription, 'words'>

/** A description in plain sentences, in the order in which the query works: rows, groups, order, result. */
export function sentencesOf(described: Described, { plan }: CheckedQuery): readonly string[] {
  const { dataset, ownRowsOnly, rowFilters, groupFilters, window, limit, extensions } = described
  const filters = [...plan.rowFilter, ...plan.groupFilter].flatMap(simplePredicates)
  return [
    ownRowsOnly
      ? `Reads ${dataset}, and of it only the rows of your own account.`
      : `Reads ${dataset}, whose rows are the same for every account.`,
    window === null
      ? `${dataset} has no dates: rows of all times count.`
      : windowWords(window, described, countsWholeMonths(window, plan.timespan)),
    ...(rowFilters.length === 0 ? [] : [`A row counts only if ${joined(rowFilters, plan.rowFilter)}.`]),
    shapeWords(described),
    ...columnWords(described.columns),
    ...(groupFilters.length === 0 ? [] : [`A group appears only if ${joined(groupFilters, plan.groupFilter)}.`]),
    ...(filters.some(comparesText) ? ['Texts are compared without regard to case.'] : []),
    ...(filters.some(leavesNullOut) ? ['!=, NOT IN, NOT LIKE and NOT BETWEEN leave out what has no value.'] : []),
    orderWords(described),
    ...(limit === null ? [] : [`Gives at most ${limit === 1 ? '1 line' : `${limit} lines`}.`]),
    ...(extensions.length === 0
      ? []
      : [`Uses what the documented grammar does not have (profile open only): ${extensions.join(', ')}.`]),
  ]
}

/** Conditions that all must hold; an OR among them stands in brackets. */
function joined(conditions: readonly string[], predicates: readonly Predicate<Field>[]): string {
  const isAlone = conditions.length === 1
  return conditions
    .map((words, index) => (predicates[index]?.kind === 'or' && !isAlone ? `(${words})` : words))
    .join(' and ')
}

function windowWords(window: DescribedWindow, { dataset }: Described, isCalendar: boolean): string {
  const column = window.column ?? 'the date of the row'
  const timespan = window.range === null ? 'TIMESPAN BETWEEN' : `TIMESPAN ${window.range}`
  const origins: Record<DescribedWindow['origin'], string> = {
    requested: 'this run asks for it, in place of TIMESPAN',
    timespan,
    default: `there is no TIMESPAN, and ${dataset} then takes ${window.range}`,
  }
  const counting = isCalendar ? ', in whole calendar months' : ''
  return `Rows count ${boundsWords(window, column)} (${origins[window.origin]}${counting}).${daysWords(window)}`
}

function countsWholeMonths({ origin }: DescribedWindow, timespan: Timespan | null): boolean {
  if (origin === 'requested' || timespan?.kind !== 'range') return false
  return timespan.counting === 'calendar' && timespan.range.kind === 'months'
}

function boundsWords({ startAt, endAt, endInclusive }: DescribedWindow, column: string): string {
  const included = endInclusive ? 'included' : 'not included'
  if (startAt === null && endAt === null) return `whatever ${column} is`
  if (endAt === null) return `if ${column} is ${startAt} or later`
  if (startAt === null) return `if ${column} is before ${endAt}${endInclusive ? ' or then' : ''}`
  return `if ${column} is from ${startAt}, included, to ${endAt}, ${included}`
}

function daysWords({ firstDay, lastDay }: DescribedWindow): string {
  if (firstDay === null && lastDay === null) return ''
  if (firstDay === null) return ` That is up to the day ${lastDay}, included.`
  if (lastDay === null) return ` That is from the day ${firstDay} on.`
  if (firstDay > lastDay) return ' No day is in it.'
  return firstDay === lastDay
    ? ` That is the day ${firstDay}.`
    : ` Those are the days ${firstDay} to ${lastDay}, both included.`
}

function shapeWords({ shape, groupedBy, columns }: Described): string {
  if (shape === 'rows') return 'Gives one line for each row; rows that are equal stay.'
  if (shape === 'distinct') return `Gives one line for each different combination of ${groupedBy.join(', ')}.`
  const metrics = columns.filter(({ kind }) => kind === 'metric').length
  if (groupedBy.length === 0) return 'Gives exactly one line over all these rows, because only metrics are selected.'
  const because = metrics === 1 ? 'a metric is selected' : 'metrics are selected'
  return `Groups the rows, because ${because}: one line for each combination of ${groupedBy.join(', ')}.`
}

const typeWords: Record<ColumnType, string> = {
  string: 'text',
  integer: 'whole number',
  decimal: 'number',
  boolean: 'yes or no',
  date: 'date',
  timestamp: 'point in time',
}

function columnWords(columns: readonly DescribedColumn[]): readonly string[] {
  const names = columns.map(({ name, kind, type, aliasOf }) => {
    const also = aliasOf === null ? '' : `, an older name of ${aliasOf}`
    return `${name} (${kind === 'metric' ? 'metric, ' : ''}${typeWords[type]}${also})`
  })
  const explained = columns
    .filter(({ kind }) => kind === 'metric')
    .map(({ name, description, workedOut }) => ({
      name,
      said: [description, workedOut].filter((words) => words !== null),
    }))
    .filter(({ said }) => said.length > 0)
    .map(({ name, said }) => `${name}: ${said.map(sentence).join(' ')}`)
  return [`The columns are ${names.join(', ')}.`, ...new Set(explained)]
}

/** What a catalog or a phrase says, as a sentence. */
function sentence(words: string): string {
  const trimmed = words.trim()
  const ended = /[.!?]$/.test(trimmed) ? trimmed : `${trimmed}.`
  return ended.charAt(0).toUpperCase() + ended.slice(1)
}

function orderWords({ orderBy, shape, groupedBy }: Described): string {
  const isOneLine = shape === 'groups' && groupedBy.length === 0
  const rest = shape === 'rows' ? 'keep the order of the source' : 'go by the selected columns, ascending'
  if (orderBy.length === 0) {
    if (isOneLine) return 'One line needs no order.'
    return `There is no ORDER BY: the lines ${rest}, the same at each run over the same data.`
  }
  const keys = orderBy.map(
    ({ name, direction, byDefault }) =>
      `${name} ${direction === 'asc' ? 'ascending' : 'descending'}${byDefault ? ' (the default)' : ''}`,
  )
  return `Ordered by ${keys.join(', then ')}; lines without a value come last. Lines that are equal in that ${rest}.`
}

function simplePredicates(predicate: Predicate<Field>): readonly Predicate<Field>[] {
  if (predicate.kind === 'and' || predicate.kind === 'or') return predicate.terms.flatMap(simplePredicates)
  return predicate.kind === 'not' ? simplePredicates(predicate.term) : [predicate]
}

function comparesText(predicate: Predicate<Field>): boolean {
  return 'field' in predicate && predicate.field.type === 'string' && predicate.kind !== 'null'
}

function leavesNullOut(predicate: Predicate<Field>): boolean {
  if (predicate.kind === 'comparison') return predicate.operator === '!='
  return 'negated' in predicate && predicate.negated && predicate.kind !== 'null'
}
