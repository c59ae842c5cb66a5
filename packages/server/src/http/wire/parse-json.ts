/** A JSON value. Objects have the keys that were sent, in any casing. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

/** Why a body can't be read, in a sentence with the place. */
export class JsonError extends Error {
  override readonly name = 'JsonError'
  readonly line: number
  readonly column: number

  constructor(message: string, text: string, offset: number) {
    const before = text.slice(0, offset)
    const line = before.split('\n').length
    const column = offset - before.lastIndexOf('\n')
    super(`${message} at line ${line}, column ${column}`)
    this.line = line
    this.column = column
  }
}

const maximumDepth = 64

/**
 * Parses JSON as `JSON.parse` does (RFC 8259), except that it also refuses what `JSON.parse` settles in silence: a key
 * that an object has twice, in the same or another casing, with different values. Twice with the same value is accepted.
 * Raises `JsonError`.
 */
export function parseJson(text: string): Json {
  const reader = createReader(text.startsWith('\uFEFF') ? text.slice(1) : text)
  const value = readValue(reader, 0)
  reader.skipBlanks()
  if (!reader.atEnd()) reader.fail('expected the end of the body')
  return value
}

interface Reader {
  skipBlanks(): void
  atEnd(): boolean
  peek(): string
  /** Takes the text that the pattern (sticky) matches here, or nothing. */
  take(pattern: RegExp): string | undefined
  offset(): number
  /** Raises that this is no JSON; `expected` completes "The body is not valid JSON: …". */
  fail(expected: string): never
  /** Raises that JSON like this is not taken here. */
  refuse(sentence: string, at: number): never
}

function createReader(text: string): Reader {
  let position = 0
  return {
    skipBlanks() {
      while (position < text.length && ' \t\r\n'.includes(text[position] ?? '')) position += 1
    },
    atEnd: () => position >= text.length,
    peek: () => text[position] ?? '',
    take(pattern) {
      pattern.lastIndex = position
      const match = pattern.exec(text)
      if (match === null) return undefined
      position += match[0].length
      return match[0]
    },
    offset: () => position,
    fail(expected) {
      const character = text.codePointAt(position)
      const found = character === undefined ? 'the end' : JSON.stringify(String.fromCodePoint(character))
      throw new JsonError(`The body is not valid JSON: ${expected}, found ${found}`, text, position)
    },
    refuse(sentence, at) {
      throw new JsonError(sentence, text, at)
    },
  }
}

// JSON forbids plain control characters in a string.
// oxlint-disable-next-line no-control-regex
const stringPattern = /"(?:[^"\\\u0000-\u001F]|\\(?:["\\/bfnrt]|u[\dA-Fa-f]{4}))*"/y
const numberPattern = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const wordPattern = /true|false|null/y

function readValue(reader: Reader, depth: number): Json {
  reader.skipBlanks()
  if (depth > maximumDepth) reader.refuse(`The body is nested deeper than ${maximumDepth} levels`, reader.offset())
  switch (reader.peek()) {
    case '{':
      return readObject(reader, depth)
    case '[':
      return readArray(reader, depth)
    case '"':
      return readString(reader)
    default: {
      const scalar = reader.take(wordPattern) ?? reader.take(numberPattern)
      return scalar === undefined ? reader.fail('expected a value') : (JSON.parse(scalar) as Json)
    }
  }
}

function readString(reader: Reader): string {
  const literal = reader.take(stringPattern)
  return literal === undefined ? reader.fail('expected a string that ends') : (JSON.parse(literal) as string)
}

function readArray(reader: Reader, depth: number): readonly Json[] {
  reader.take(/\[/y)
  const items: Json[] = []
  reader.skipBlanks()
  if (reader.take(/\]/y) !== undefined) return items
  for (;;) {
    items.push(readValue(reader, depth + 1))
    reader.skipBlanks()
    if (reader.take(/\]/y) !== undefined) return items
    if (reader.take(/,/y) === undefined) reader.fail('expected a comma or "]"')
  }
}

function readObject(reader: Reader, depth: number): Json {
  reader.take(/\{/y)
  const members = new Map<string, Json>()
  // By lower-case key: how it was written first, and its value as text, to compare.
  const seen = new Map<string, string>()
  reader.skipBlanks()
  if (reader.take(/\}/y) !== undefined) return {}
  for (;;) {
    reader.skipBlanks()
    const keyAt = reader.offset()
    if (reader.peek() !== '"') reader.fail('expected a key in double quotes')
    const key = readString(reader)
    reader.skipBlanks()
    if (reader.take(/:/y) === undefined) reader.fail('expected ":"')
    const value = readValue(reader, depth + 1)
    const valueText = JSON.stringify(value)
    const before = seen.get(key.toLowerCase())
    if (before !== undefined && before !== valueText) {
      reader.refuse(`The key ${JSON.stringify(key)} was sent before with another value (casing does not count)`, keyAt)
    }
    seen.set(key.toLowerCase(), valueText)
    members.set(key, value)
    reader.skipBlanks()
    if (reader.take(/\}/y) !== undefined) return Object.fromEntries(members)
    if (reader.take(/,/y) === undefined) reader.fail('expected a comma or "}"')
  }
}
