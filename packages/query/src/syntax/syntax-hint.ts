import { nearestName } from '../nearest-name.ts'
import type { Expectation } from './expectation.ts'
import { isReserved } from './token.ts'
import type { Token } from './token.ts'

/** A token that can't stand where it does. */
export interface Misplaced {
  readonly token: Token
  readonly previous: Token | undefined
  /** What could stand there. */
  readonly expected: readonly Expectation[]
}

type Rule = (misplaced: Misplaced) => string | undefined

/** What someone who knows SQL most likely wanted where `token` can't stand: what the first rule says that knows. */
export function syntaxHint(misplaced: Misplaced): string | undefined {
  for (const rule of rules) {
    const hint = rule(misplaced)
    if (hint !== undefined) return hint
  }
  return undefined
}

const rules: readonly Rule[] = [
  ({ token }) => (token.kind === 'wrong' ? token.hint : undefined),
  halvedApostrophe,
  inPlaceOfName,
  misplacedSymbol,
  ({ token }) => (token.kind === 'word' ? habits[token.value.toUpperCase()] : undefined),
  textWithoutQuotes,
  misspeltKeyword,
  missingWord,
  inPlaceOfKeyword,
]

/** `'O'Brien'`: the text ends at its apostrophe, and the rest follows at once. */
function halvedApostrophe({ token, previous }: Misplaced): string | undefined {
  const follows = previous?.kind === 'text' && previous.span.end === token.span.start && token.kind === 'word'
  return follows ? `An apostrophe within a text is written twice: 'O''Brien'` : undefined
}

const noJoins = 'A query reads one dataset'
const noFunctions = 'The language has no functions: select a metric, and rows group by the selected columns'

function inPlaceOfName({ token, previous, expected }: Misplaced): string | undefined {
  const role = expected.flatMap((each) => (each.kind === 'name' ? [each.role] : []))[0]
  if (role === undefined) return undefined
  if (token.kind === 'word') {
    const word = token.value.toUpperCase()
    return previous?.value === ',' ? `A comma too many stands before ${word}` : `${word} is a keyword, not a name`
  }
  if (token.kind === 'text') return 'Names stand without quotes, and before the value'
  if (token.kind === 'number') return role === 'ordered' ? 'Name the column; its position does not do' : undefined
  return role === 'dataset' && token.value === '(' ? noJoins : undefined
}

function misplacedSymbol({ token, previous }: Misplaced): string | undefined {
  if (token.kind !== 'symbol') return undefined
  if (token.value === '*' || previous?.value === '*') return '* stands alone: SELECT * FROM …'
  const isCall = token.value === '(' && previous?.kind === 'word' && !isReserved(previous.value)
  return isCall ? noFunctions : undefined
}

function textWithoutQuotes({ token, previous }: Misplaced): string | undefined {
  const isValue = token.kind === 'word' && previous?.kind === 'symbol' && valueFollows.has(previous.value)
  return isValue ? `Text needs quotes: '${token.value}'` : undefined
}

const valueFollows = new Set(['=', '!=', '<', '<=', '>', '>=', '('])

/** A keyword that could stand there, if the word is nearly it. */
function misspeltKeyword({ token, expected }: Misplaced): string | undefined {
  if (token.kind !== 'word') return undefined
  const keyword = nearestName(token.value, [...wordsIn(expected)])
  return keyword === undefined ? undefined : `Did you mean ${keyword}?`
}

/** Two names, or two conditions, side by side: one documented query has no comma there either. */
function missingWord({ token, expected }: Misplaced): string | undefined {
  if (token.kind !== 'word' || isReserved(token.value)) return undefined
  const words = wordsIn(expected)
  const isInList = expected.some((each) => each.kind === 'symbol' && each.symbol === ',')
  if (words.has('FROM') && isInList) return `A comma may be missing before ${token.value}`
  return words.has('AND') && words.has('OR') ? `AND may be missing before ${token.value}` : undefined
}

function inPlaceOfKeyword({ token, expected }: Misplaced): string | undefined {
  const words = wordsIn(expected)
  if (words.has('SELECT')) return 'A query is written SELECT names FROM dataset'
  if (words.has('NULL') && token.kind !== 'end') return 'After IS stands NULL or NOT NULL; values are compared by ='
  const wantsNumber = expected.some(({ kind }) => kind === 'number')
  return wantsNumber && token.kind === 'text' ? 'Write the number without quotes' : undefined
}

function wordsIn(expected: readonly Expectation[]): ReadonlySet<string> {
  return new Set(expected.flatMap((each) => (each.kind === 'word' ? [each.word] : [])))
}

const clauseOrder = 'The clauses stand in this order: SELECT, FROM, WHERE, ORDER BY, LIMIT, TIMESPAN'
const grouping = 'Rows group by the selected columns as soon as a metric is selected'

const habits: Readonly<Record<string, string | undefined>> = {
  SELECT: 'A text holds one query',
  WHERE: clauseOrder,
  ORDER: clauseOrder,
  LIMIT: clauseOrder,
  TIMESPAN: clauseOrder,
  GROUP: `There is no GROUP BY. ${grouping}`,
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
