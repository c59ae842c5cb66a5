import { isReserved, tokenSymbols } from './token.ts'
import type { Token } from './token.ts'

// Markdown writes `_` as `\_`, and copied queries keep it.
const nameCharacter = String.raw`(?:\\_|[\p{L}\p{M}\p{N}_])`
const blankPattern = /[\s\uFEFF]+/uy
const wordPattern = new RegExp(String.raw`(?:\\_|[\p{L}_])${nameCharacter}*`, 'uy')
const bracketPattern = new RegExp(String.raw`\(${nameCharacter}+\)`, 'uy')
const numberPattern = /-?[0-9]+(?:\.[0-9]+)?/uy
const afterNumberPattern = new RegExp(String.raw`(?:${nameCharacter}|[.-])+`, 'uy')

/**
 * Splits a query text into tokens; the last one is always `end`. Never fails. It stops at the first piece that is
 * wrong, because the parser gets no further: going on would read the rest once for each open quote.
 */
export function tokenize(text: string): readonly Token[] {
  const tokens: Token[] = []
  let offset = skipBlanks(text, 0)
  while (offset < text.length) {
    const token = readToken(text, offset)
    tokens.push(token)
    if (token.kind === 'wrong') break
    offset = skipBlanks(text, token.span.end)
  }
  tokens.push({ kind: 'end', value: '', span: { start: text.length, end: text.length } })
  return tokens
}

/**
 * Splits a text that is still being written: a piece that is wrong is one token among the others, and no `end` follows
 * them. A text in quotes that never ends takes all that is left, so that this is linear as well.
 */
export function tokenizeDraft(text: string): readonly Token[] {
  const tokens: Token[] = []
  let offset = skipBlanks(text, 0)
  while (offset < text.length) {
    const token = readToken(text, offset)
    tokens.push(token)
    if (isUnfinishedText(token)) break
    offset = skipBlanks(text, token.span.end)
  }
  return tokens
}

/** The opening quote of a text that never ends. */
export function isUnfinishedText({ kind, value }: Token): boolean {
  return kind === 'wrong' && isOpeningQuote(value)
}

function readToken(text: string, start: number): Token {
  return readWord(text, start) ?? readNumber(text, start) ?? readText(text, start) ?? readSymbol(text, start)
}

/**
 * Word : ( Letter | '_' ) ( Letter | Digit | '_' )* ( '(' ( Letter | Digit | '_' )+ ')' )?
 *
 * The bracket follows without a blank: `RevenueGenerated(USD)`.
 */
function readWord(text: string, start: number): Token | undefined {
  const word = match(wordPattern, text, start)
  if (word === undefined) return undefined
  // After a reserved word the bracket opens a list or a group: `IN(USD)`, `WHERE(a)`.
  const bracket = isReserved(plain(word)) ? '' : (match(bracketPattern, text, start + word.length) ?? '')
  const value = plain(word + bracket)
  return { kind: 'word', value, span: { start, end: start + word.length + bracket.length } }
}

/** Number : '-'? Digit+ ( '.' Digit+ )? */
function readNumber(text: string, start: number): Token | undefined {
  const number = match(numberPattern, text, start)
  if (number === undefined) return undefined
  const tail = match(afterNumberPattern, text, start + number.length) ?? ''
  const span = { start, end: start + number.length + tail.length }
  if (tail === '') return { kind: 'number', value: number, span }
  return { kind: 'wrong', value: number + tail, hint: `Text needs quotes: '${number + tail}'`, span }
}

/**
 * Text : "'" Character* "'" | '‘' Character* '’' | '’' Character* '’'
 *
 * Curly quotes are what word processors make of straight ones. What opened a text decides what closes it; the closing
 * quote twice, or '' in any of them, stands for itself once.
 */
function readText(text: string, start: number): Token | undefined {
  const opening = text[start]
  if (!isOpeningQuote(opening)) return undefined
  const closing = opening === `'` ? `'` : '’'
  let value = ''
  for (let offset = start + 1; offset < text.length; offset += 1) {
    const character = text[offset] ?? ''
    const isQuote = character === closing || character === `'`
    if (isQuote && text[offset + 1] === character) {
      offset += 1
    } else if (character === closing) {
      return { kind: 'text', value, span: { start, end: offset + 1 } }
    }
    // An engine's C strings end there: the rest of the literal would silently not be compared.
    if (character === '\0') return wrong(text, offset, 1, 'A text can not hold the character U+0000')
    value += character
  }
  return {
    kind: 'wrong',
    value: opening,
    hint: `The text that begins here has no closing ${closing}`,
    span: { start, end: start + 1 },
  }
}

function isOpeningQuote(character: string | undefined): character is string {
  return character === `'` || character === '‘' || character === '’'
}

function readSymbol(text: string, start: number): Token {
  const wrongSymbol = wrongSymbols.find(([symbol]) => text.startsWith(symbol, start))
  if (wrongSymbol !== undefined) return wrong(text, start, wrongSymbol[0].length, wrongSymbol[1])
  const value = tokenSymbols.find((symbol) => text.startsWith(symbol, start))
  if (value !== undefined) return { kind: 'symbol', value, span: { start, end: start + value.length } }
  const character = String.fromCodePoint(text.codePointAt(start) ?? 0)
  return wrong(text, start, character.length, 'The language has no such character outside of quotes')
}

/** What people write out of habit, and what to write here. */
const wrongSymbols: readonly (readonly [symbol: string, hint: string])[] = [
  ['<>', 'Write != for "not equal"'],
  ['==', 'Write = for "equal"'],
  ['"', `Text stands in single quotes: 'Paid'`],
  ['“', `Text stands in single quotes: 'Paid'`],
  ['”', `Text stands in single quotes: 'Paid'`],
  ['`', 'Names need no quotes'],
  ['[', 'Names need no brackets'],
  ['--', 'The language has no comments'],
  ['/*', 'The language has no comments'],
  ['+', 'The language has no arithmetic'],
  ['-', 'The language has no arithmetic'],
  ['/', 'The language has no arithmetic'],
  ['.', 'Names stand alone, without that of the dataset'],
]

function wrong(text: string, start: number, length: number, hint: string): Token {
  return { kind: 'wrong', value: text.slice(start, start + length), hint, span: { start, end: start + length } }
}

function plain(word: string): string {
  return word.replaceAll(String.raw`\_`, '_')
}

function skipBlanks(text: string, start: number): number {
  return start + (match(blankPattern, text, start)?.length ?? 0)
}

function match(pattern: RegExp, text: string, start: number): string | undefined {
  pattern.lastIndex = start
  return pattern.exec(text)?.[0]
}
