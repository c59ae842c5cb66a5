import type { Expectation } from './expectation.ts'
import { Parser } from './parser.ts'
import { SyntaxFailure } from './syntax-failure.ts'
import { clauseKeyword } from './token.ts'
import type { Token } from './token.ts'

/**
 * What the grammar allows after `tokens`, an unfinished query without an `end`. Where they are wrong before that, it is
 * asked for the last clause alone, and then for the last member of that clause. Empty where nothing may follow.
 */
export function expectedAfter(tokens: readonly Token[]): readonly Expectation[] {
  const clause = lastClauseOf(tokens)
  const attempts = [() => tokens, () => [...headOf(clause), ...clause], () => withLastMember(clause)]
  for (const attempt of attempts) {
    const expected = readToEnd(attempt())
    if (expected !== undefined) return expected
  }
  return []
}

/** `undefined` if the tokens are wrong before their end. */
function readToEnd(tokens: readonly Token[]): readonly Expectation[] | undefined {
  const end = tokens.at(-1)?.span.end ?? 0
  const parser = new Parser([...tokens, { kind: 'end', value: '', span: { start: end, end } }])
  try {
    parser.parseQuery()
    return parser.expectedAtEnd
  } catch (error) {
    if (!(error instanceof SyntaxFailure)) throw error
    return parser.expectedAtEnd.length > 0 ? parser.expectedAtEnd : undefined
  }
}

/** From the last keyword that begins a clause. */
function lastClauseOf(tokens: readonly Token[]): readonly Token[] {
  const start = tokens.findLastIndex((token) => clauseKeyword(token) !== undefined)
  return start === -1 ? [] : tokens.slice(start)
}

/** The least that has to stand before a clause. */
function headOf(clause: readonly Token[]): readonly Token[] {
  const [keyword] = clause
  if (keyword === undefined || isWord(keyword, 'SELECT')) return []
  const head = [word('SELECT'), word('a')]
  return isWord(keyword, 'FROM') ? head : [...head, word('FROM'), word('b')]
}

/** The clause with nothing but what stands after its last AND, OR, comma or keyword. */
function withLastMember(clause: readonly Token[]): readonly Token[] {
  const [keyword, second] = clause
  if (keyword === undefined) return []
  const keywords = isWord(keyword, 'ORDER') && second !== undefined ? [keyword, second] : [keyword]
  const start = isWord(keyword, 'WHERE') ? startOfLastTerm(clause) : clause.findLastIndex(({ value }) => value === ',')
  return [...headOf(clause), ...keywords, ...clause.slice(Math.max(start + 1, keywords.length))]
}

/** The index of the last AND or OR that joins conditions; the AND of a BETWEEN joins its values. */
function startOfLastTerm(clause: readonly Token[]): number {
  let start = -1
  let isInBetween = false
  for (const [index, token] of clause.entries()) {
    const isAnd = isWord(token, 'AND')
    if ((isAnd && !isInBetween) || isWord(token, 'OR')) start = index
    isInBetween = isWord(token, 'BETWEEN') || (isInBetween && !isAnd)
  }
  return start
}

function isWord(token: Token, word: string): boolean {
  return token.kind === 'word' && token.value.toUpperCase() === word
}

function word(value: string): Token {
  return { kind: 'word', value, span: { start: 0, end: 0 } }
}
