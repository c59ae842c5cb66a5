import type { Span } from '../syntax/span.ts'
import { isReserved } from '../syntax/token.ts'
import type { Token } from '../syntax/token.ts'
import { isUnfinishedText, tokenizeDraft } from '../syntax/tokenize.ts'

/** Where in a text a cursor stands: between its tokens, or at one that is being written. */
export interface CursorPlace {
  /** The tokens before the piece under the cursor, and after it. */
  readonly before: readonly Token[]
  readonly after: readonly Token[]
  /** The piece under the cursor; empty between two pieces. */
  readonly piece: Span
  /** What is written of it up to the cursor, without an opening quote. */
  readonly written: string
  readonly isQuoted: boolean
}

/** Finds the place of `cursor`, an offset within `text`. */
export function cursorPlace(text: string, cursor: number): CursorPlace {
  const tokens = tokenizeDraft(text)
  const index = tokens.findIndex((token) => token.span.start < cursor && cursor <= endOf(token, text))
  const token = tokens[index]
  if (token === undefined) return between(tokens, cursor)
  if (isUnfinishedText(token)) return unfinishedText(text, tokens, index, cursor)
  if (token.kind === 'text') {
    if (cursor === token.span.end) return between(tokens, cursor)
    // One quote too few turns the texts of a query inside out. The missing one is most likely here.
    if (tokens.some(isUnfinishedText)) return unfinishedText(text, tokens, index, cursor)
    return { ...around(tokens, index, index, text, cursor), isQuoted: true }
  }
  const first = firstOfName(tokens, index)
  const isComplete = token.kind === 'symbol' && cursor === token.span.end
  if (isComplete && first === index) return between(tokens, cursor)
  return around(tokens, first, index, text, cursor)
}

function endOf(token: Token, text: string): number {
  return isUnfinishedText(token) ? text.length : token.span.end
}

function between(tokens: readonly Token[], cursor: number): CursorPlace {
  return {
    before: tokens.filter(({ span }) => span.end <= cursor),
    after: tokens.filter(({ span }) => span.start >= cursor),
    piece: { start: cursor, end: cursor },
    written: '',
    isQuoted: false,
  }
}

/** The piece that the tokens from `first` to `last` are. */
function around(
  tokens: readonly Token[],
  first: number,
  last: number,
  text: string,
  cursor: number,
): CursorPlace & { readonly isQuoted: boolean } {
  const piece = { start: tokens[first]?.span.start ?? cursor, end: tokens[last]?.span.end ?? cursor }
  const isQuoted = tokens[first]?.kind === 'text'
  return {
    before: tokens.slice(0, first),
    after: tokens.slice(last + 1),
    piece,
    written: isQuoted ? unquoted(text.slice(piece.start, cursor)) : plainName(text.slice(piece.start, cursor)),
    isQuoted,
  }
}

/** What an opening quote and what follows it say: a quote within is written twice. */
function unquoted(text: string): string {
  return text.slice(1).replaceAll(/''|’’/g, (twice) => twice.charAt(0))
}

/** A name without the backslashes of Markdown, the last of which may still wait for its `_`. */
function plainName(text: string): string {
  return text.replaceAll(String.raw`\_`, '_').replace(/\\$/, '_')
}

const restOfWord = /[\p{L}\p{M}\p{N}_]*/uy

/** A text in quotes that goes on to the end: taken for no longer than the word at the cursor. */
function unfinishedText(text: string, tokens: readonly Token[], index: number, cursor: number): CursorPlace {
  const start = tokens[index]?.span.start ?? cursor
  restOfWord.lastIndex = cursor
  const end = cursor + (restOfWord.exec(text)?.[0].length ?? 0)
  return {
    before: tokens.slice(0, index),
    after: tokens.slice(index + 1),
    piece: { start, end },
    written: unquoted(text.slice(start, cursor)),
    isQuoted: true,
  }
}

/**
 * Where a name begins whose end stands at `index`: `Revenue(US` and `LAST\` are of several tokens until the bracket
 * closes and the `_` follows.
 */
function firstOfName(tokens: readonly Token[], index: number): number {
  const isOpening = (at: number): boolean => tokens[at]?.value === '(' && joins(tokens, at) && isName(tokens[at - 1])
  if (tokens[index]?.value === '\\' && joins(tokens, index) && isName(tokens[index - 1])) return index - 1
  if (isOpening(index)) return index - 1
  const isInBracket = tokens[index]?.kind === 'word' || tokens[index]?.kind === 'number'
  if (isInBracket && joins(tokens, index) && isOpening(index - 1)) return index - 2
  return index
}

/** Whether no blank stands before a token. */
function joins(tokens: readonly Token[], index: number): boolean {
  return tokens[index - 1]?.span.end === tokens[index]?.span.start
}

function isName(token: Token | undefined): boolean {
  return token?.kind === 'word' && !isReserved(token.value)
}
