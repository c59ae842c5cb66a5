import { describe, expect, test } from 'vitest'
import type { ColumnType } from '../dataset.ts'
import { convertLiteral } from './convert-literal.ts'

const span = { start: 0, end: 0 }
const convert = (kind: 'number' | 'text', text: string, type: ColumnType): unknown =>
  convertLiteral({ kind, text, span }, type)

describe('a literal becomes the type of its column', () => {
  test.each([
    ['number', '5', 'string', { type: 'string', value: '5' }],
    ['text', ' 5 ', 'string', { type: 'string', value: ' 5 ' }],
    ['number', '007', 'integer', { type: 'integer', value: 7n }],
    ['text', '-100', 'integer', { type: 'integer', value: -100n }],
    ['text', '100.0', 'integer', { type: 'integer', value: 100n }],
    ['number', '1.50', 'integer', { type: 'decimal', value: '1.5' }],
    ['number', '9223372036854775807', 'integer', { type: 'integer', value: 9223372036854775807n }],
    ['number', '9223372036854775808', 'integer', { type: 'decimal', value: '9223372036854775808' }],
    ['number', '-0', 'decimal', { type: 'decimal', value: '0' }],
    ['text', '+1.10', 'decimal', { type: 'decimal', value: '1.1' }],
    ['text', '2024-05-31', 'date', { type: 'date', value: '2024-05-31' }],
    ['text', '2024-05-31T00:00:00Z', 'date', { type: 'date', value: '2024-05-31' }],
    ['text', '1969-12-31', 'date', { type: 'date', value: '1969-12-31' }],
    ['text', '1970-01-02', 'timestamp', { type: 'timestamp', value: 86_400_000_000n }],
  ] as const)('%s %j on %s', (kind, text, type, expected) => {
    expect(convert(kind, text, type)).toEqual(expected)
  })
})

describe('or it has no value there', () => {
  test.each([
    ['text', '1.5', 'integer'],
    ['text', ' 5', 'integer'],
    ['text', '', 'integer'],
    ['text', '1e5', 'decimal'],
    ['text', '1,5', 'decimal'],
    ['text', '0x10', 'decimal'],
    ['number', '20240531', 'date'],
    ['text', '2024-05-31T01:00:00Z', 'date'],
    ['text', 'today', 'date'],
    ['number', '0', 'timestamp'],
  ] as const)('%s %j on %s', (kind, text, type) => {
    expect(convert(kind, text, type)).toBeUndefined()
  })
})
