import { describe, expect, test } from 'vitest'
import { tokenize } from './tokenize.ts'

const values = (text: string): readonly string[] => tokenize(text).map(({ kind, value }) => `${kind} ${value}`.trim())

describe('tokenize', () => {
  test('splits words, numbers, texts and symbols, with or without blanks', () => {
    const expected = ['word A', 'symbol >=', 'number -1.5', 'word and', 'word b', 'symbol !=', 'text x y', 'end']
    expect(values(`A>=-1.5 and b!='x y'`)).toEqual(expected)
    expect(values(`\u00A0A >= -1.5\r\nand\tb != 'x y'\n`)).toEqual(expected)
  })

  test.each([
    [`'it''s'`, `it's`],
    [`''`, ''],
    [`''''`, `'`],
    ['‘Paid’', 'Paid'],
    ['’Paid’', 'Paid'],
    ['’’', ''],
    ['‘it’’s’', 'it’s'],
    [`‘it's’`, `it's`],
    [`‘O''Brien’`, `O'Brien`],
    [`'O’Brien'`, 'O’Brien'],
    [`'‘a’'`, '‘a’'],
    [`' a '`, ' a '],
    [`'\\'`, '\\'],
  ])('reads the text %s as it is meant', (text, value) => {
    expect(tokenize(text)).toMatchObject([
      { kind: 'text', value, span: { start: 0, end: text.length } },
      { kind: 'end' },
    ])
  })

  test('takes a bracket into a name, but not after a reserved word', () => {
    expect(values('RevenueGenerated(USD)')).toEqual(['word RevenueGenerated(USD)', 'end'])
    expect(values('a IN(USD)')).toEqual(['word a', 'word IN', 'symbol (', 'word USD', 'symbol )', 'end'])
    expect(values('f (x)')).toEqual(['word f', 'symbol (', 'word x', 'symbol )', 'end'])
  })

  test('frees names of the backslashes of Markdown', () => {
    expect(values(String.raw`LAST\_6\_MONTHS`)).toEqual(['word LAST_6_MONTHS', 'end'])
  })

  test.each([
    '6096xxx',
    '1e5',
    '1.',
    '1.2.3',
    '2024-01-01',
    '"a"',
    '<>',
    '==',
    '“',
    '`a`',
    '[a]',
    '--x',
    '!',
    '+1',
    'é\u0000',
  ])('marks %s as wrong instead of failing', (text) => {
    expect(tokenize(text).some(({ kind }) => kind === 'wrong')).toBe(true)
  })

  test('marks a text that never ends at its opening quote', () => {
    expect(tokenize(`a = 'x`)).toMatchObject([{}, {}, { kind: 'wrong', span: { start: 4, end: 5 } }, { kind: 'end' }])
    expect(tokenize(`‘x'`).at(0)).toMatchObject({ kind: 'wrong' })
  })

  test('refuses the character at which an engine would cut a text off', () => {
    expect(tokenize(`'a\0b'`).at(0)).toMatchObject({ kind: 'wrong', span: { start: 2, end: 3 } })
  })
})
