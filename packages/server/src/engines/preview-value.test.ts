import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { previewValue } from './preview-value.ts'

describe('a value of a preview', () => {
  test.each([
    [null, 'integer', null],
    ['42', 'integer', 42],
    ['-0', 'integer', -0],
    ['9007199254740991', 'integer', 9_007_199_254_740_991],
    ['9007199254740992', 'integer', '9007199254740992'],
    ['12.50', 'decimal', 12.5],
    ['0000.10', 'decimal', 0.1],
    ['123456789012.345', 'decimal', 123_456_789_012.345],
    ['123456789012.3456', 'decimal', '123456789012.3456'],
    ['NaN', 'decimal', 'NaN'],
    ['42', 'string', '42'],
    [true, 'boolean', 'true'],
    ['2024-01-01', 'date', '2024-01-01'],
    [['a', 1], 'string', '["a",1]'],
  ] as const)('%j of type %s is %j', (value, type, shown) => {
    expect(previewValue(value as never, type)).toBe(shown)
  })

  test('is a number only when the number says the same', () => {
    const decimal = fc
      .record({ negative: fc.boolean(), whole: fc.bigInt({ min: 1n, max: 10n ** 20n }), cents: fc.nat({ max: 99 }) })
      .map(({ negative, whole, cents }) => `${negative ? '-' : ''}${whole}.${String(cents).padStart(2, '0')}`)
    fc.assert(
      fc.property(decimal, (text) => {
        const shown = previewValue(text, 'decimal')
        expect(typeof shown === 'number' ? shown.toFixed(2) : shown).toBe(text)
      }),
    )
  })
})
