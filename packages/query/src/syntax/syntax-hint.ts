import type { Token } from './token.ts'

/** What someone who knows SQL most likely wanted where `token` can't stand; `previous` is the token before it. */
export function syntaxHint(token: Token, previous: Token | undefined): string | undefined {
  if (token.kind === 'wrong') return token.hint
  if (token.kind === 'symbol' && token.value === '*') return '* stands alone: SELECT * FROM …'
  if (token.kind !== 'word') return undefined
  const habit = habits[token.value.toUpperCase()]
  if (habit !== undefined) return habit
  if (previous?.kind === 'symbol' && valueFollows.has(previous.value)) return `Text needs quotes: '${token.value}'`
  return undefined
}

const valueFollows = new Set(['=', '!=', '<', '<=', '>', '>=', '('])

const clauseOrder = 'The clauses stand in this order: SELECT, FROM, WHERE, ORDER BY, LIMIT, TIMESPAN'
const noJoins = 'A query reads one dataset'
const noFunctions = 'Rows group by the selected columns as soon as a metric is selected'

const habits: Readonly<Record<string, string | undefined>> = {
  WHERE: clauseOrder,
  ORDER: clauseOrder,
  LIMIT: clauseOrder,
  TIMESPAN: clauseOrder,
  GROUP: `There is no GROUP BY. ${noFunctions}`,
  HAVING: 'There is no HAVING: a condition on a metric in WHERE filters the groups',
  JOIN: noJoins,
  INNER: noJoins,
  LEFT: noJoins,
  UNION: noJoins,
  AS: 'Columns and datasets keep their names',
  TOP: 'Write LIMIT after ORDER BY',
  OFFSET: 'There is no OFFSET',
  NULL: 'Write IS NULL or IS NOT NULL',
}
