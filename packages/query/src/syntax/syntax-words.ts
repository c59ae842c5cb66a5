import type { NameRole } from './expectation.ts'
import type { Token } from './token.ts'
import type { QueryTree } from './tree.ts'

// What a syntax error says was expected, and what was found.

const aName = 'a column or metric name'

export const namesFor: Record<NameRole, string> = {
  selected: aName,
  dataset: 'the name of a dataset',
  filtered: aName,
  ordered: aName,
  range: 'a range like LAST_6_MONTHS',
}

export const aValue = `a value, a number or text in quotes like 'Paid'`

export const anOperator = '=, !=, <, <=, >, >=, LIKE, NOT LIKE, IN or NOT IN'

type Clauses = Pick<QueryTree, 'where' | 'orderBy' | 'limit' | 'timespan'>

/** What may follow the last clause that is there. */
export function expectedAfter({ where, orderBy, limit, timespan }: Clauses): string {
  if (timespan !== null) return 'the end of the query'
  if (limit !== null) return 'TIMESPAN or the end of the query'
  if (orderBy.length > 0) return 'a comma, ASC, DESC, LIMIT, TIMESPAN or the end of the query'
  if (where !== null) return 'AND, ORDER BY, LIMIT, TIMESPAN or the end of the query'
  return 'WHERE, ORDER BY, LIMIT, TIMESPAN or the end of the query'
}

const longestShown = 60

/** A token as an error shows it. */
export function foundWords({ kind, value }: Token): string {
  if (kind === 'end') return 'the end of the query'
  const shown = value.length > longestShown ? `${value.slice(0, longestShown)}…` : value
  return kind === 'text' ? `'${shown}'` : shown
}
