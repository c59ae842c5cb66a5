import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { JsonError, parseJson } from './parse-json.ts'

function errorOf(text: string): JsonError {
  try {
    parseJson(text)
  } catch (error) {
    if (error instanceof JsonError) return error
    throw error
  }
  throw new Error(`${text} was accepted`)
}

function accepts(parse: (text: string) => unknown, text: string): { readonly value: unknown } | null {
  try {
    return { value: parse(text) }
  } catch {
    return null
  }
}

/** Objects whose keys differ by more than their case, so that both parsers must agree. */
const distinctKeys = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5 },
    fc.constant(null),
    fc.boolean(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.string({ unit: 'binary' }),
    fc.array(tie('value'), { maxLength: 4 }),
    fc
      .uniqueArray(fc.tuple(fc.string({ unit: 'binary' }), tie('value')), {
        maxLength: 4,
        selector: ([key]) => key.toLowerCase(),
      })
      .map((entries) => Object.fromEntries(entries)),
  ),
})).value

describe('parseJson', () => {
  test('reads what JSON.stringify writes, with any indentation', () => {
    fc.assert(
      fc.property(distinctKeys, fc.nat(3), (value, indent) => {
        const text = JSON.stringify(value, null, indent)
        expect(parseJson(text)).toEqual(JSON.parse(text))
      }),
    )
  })

  test('accepts exactly the texts that JSON.parse accepts, after any damage', () => {
    const damaged = fc.tuple(
      distinctKeys,
      fc.nat(),
      fc.constantFrom('', ',', '"', '}', ']', '{', ':', '\\', '0', ' ', '-', 'e', '\n'),
    )
    fc.assert(
      fc.property(damaged, ([value, place, insert]) => {
        const whole = JSON.stringify(value)
        const at = place % (whole.length + 1)
        const text = whole.slice(0, at) + insert + whole.slice(at + 1)
        const theirs = accepts(JSON.parse, text)
        const ours = accepts(parseJson, text)
        // A key that is there twice is ours to refuse; everything else is the same.
        fc.pre(!(theirs !== null && ours === null && errorOf(text).message.includes('was sent before')))
        expect(ours).toEqual(theirs)
      }),
      { numRuns: 500 },
    )
  })

  test.each([
    ['{"Name":"a","Name":"a"}', { Name: 'a' }],
    ['{"Name":"a","name":"a"}', { Name: 'a', name: 'a' }],
    ['{"a":{"x":1},"A":{"x":1}}', { a: { x: 1 }, A: { x: 1 } }],
    ['\uFEFF{"a":1}', { a: 1 }],
  ])('a key that is sent twice with the same value is accepted: %s', (text, value) => {
    expect(parseJson(text)).toEqual(value)
  })

  test.each([
    '{"Name":"a","Name":"b"}',
    '{"Name":"a","name":"b"}',
    '{"x":[{"k":1,"K":2}]}',
    '{"a":48,"a":"48"}',
    '{"a":null,"A":0}',
  ])('a key that is sent twice with different values is refused: %s', (text) => {
    expect(errorOf(text).message).toMatch(/was sent before with another value/)
  })

  test('the place of a mistake is told by line and column', () => {
    const text = '{\n  "ReportName": "a"\n  "Format": "csv"\n}'
    expect(errorOf(text)).toMatchObject({
      line: 3,
      column: 3,
      message: 'The body is not valid JSON: expected a comma or "}", found "\\"" at line 3, column 3',
    })
  })

  test('a comma after the last member, as in one documented example, is refused', () => {
    expect(errorOf('{"Format": "csv", "callbackMethod": "GET",\n}')).toMatchObject({ line: 2, column: 1 })
  })

  test.each([
    '',
    ' ',
    '{',
    '{"a"',
    '{"a":',
    "{'a':1}",
    '[1,]',
    '01',
    '+1',
    '.5',
    'NaN',
    'undefined',
    '"\n"',
    '"\\x"',
    '1 2',
    '// x\n1',
  ])('refuses %j', (text) => {
    expect(errorOf(text)).toBeInstanceOf(JsonError)
  })

  test('nesting that would exhaust the stack is refused', () => {
    expect(errorOf('['.repeat(100_000)).message).toMatch(
      /^The body is nested deeper than 64 levels at line 1, column 66$/,
    )
    expect(parseJson('['.repeat(64) + ']'.repeat(64))).toBeInstanceOf(Array)
  })

  test('a long string and a long body take linear time', () => {
    const long = 'x'.repeat(200_000)
    expect(parseJson(JSON.stringify({ long }))).toEqual({ long })
    const many = Object.fromEntries(Array.from({ length: 20_000 }, (_, index) => [`key${index}`, index]))
    expect(parseJson(JSON.stringify(many))).toEqual(many)
  })

  test('a key named __proto__ is a key like any other', () => {
    const value = parseJson('{"__proto__": {"admin": true}}')
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype)
    expect(Object.keys(value as object)).toEqual(['__proto__'])
  })
})
