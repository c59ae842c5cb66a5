import type { Span } from './span.ts'

/**
 * A piece of a query text. `wrong` is a piece that no query can have; it becomes an error only when the parser gets
 * there, so that the first error of a text is always the one that is reported.
 */
export type Token =
  /** A keyword or a name; `value` is free of the backslashes that Markdown leaves in `LAST\_MONTH`. */
  | { readonly kind: 'word'; readonly value: string; readonly span: Span }
  | { readonly kind: 'number'; readonly value: string; readonly span: Span }
  | { readonly kind: 'text'; readonly value: string; readonly span: Span }
  | { readonly kind: 'symbol'; readonly value: TokenSymbol; readonly span: Span }
  | { readonly kind: 'wrong'; readonly value: string; readonly hint: string; readonly span: Span }
  | { readonly kind: 'end'; readonly value: ''; readonly span: Span }

// Longer ones first: `<=` is not `<` and `=`.
export const tokenSymbols = ['!=', '<=', '>=', '=', '<', '>', ',', '(', ')', '*', ';'] as const

export type TokenSymbol = (typeof tokenSymbols)[number]

/** Words that can't be names, because a query could not be read with them. `Date`, `Offset` or `Month` can. */
const reserved = new Set([
  'SELECT',
  'FROM',
  'WHERE',
  'AND',
  'OR',
  'NOT',
  'IN',
  'LIKE',
  'IS',
  'BETWEEN',
  'ORDER',
  'LIMIT',
  'TIMESPAN',
])

const clauseKeywords = new Set(['SELECT', 'FROM', 'WHERE', 'ORDER', 'LIMIT', 'TIMESPAN'])

/** The keyword with which a clause begins, in capitals; `undefined` for any other token. */
export function clauseKeyword({ kind, value }: Token): string | undefined {
  const word = kind === 'word' ? value.toUpperCase() : ''
  return clauseKeywords.has(word) ? word : undefined
}

export function isReserved(word: string): boolean {
  return reserved.has(word.toUpperCase())
}
