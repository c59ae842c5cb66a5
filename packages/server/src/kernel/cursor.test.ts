import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { brokenCursor, decodeCursor, encodeCursor } from './cursor.ts'
import { refusal } from './testing/refusal.ts'

test('a cursor comes back as it was, and stands in a URL as it is', () => {
  fc.assert(
    fc.property(fc.maxSafeInteger(), fc.string({ unit: 'grapheme' }), (createdAt, id) => {
      const text = encodeCursor({ createdAt, id })
      expect(text).toMatch(/^[\w-]+$/)
      expect(decodeCursor(text)).toEqual({ createdAt, id })
    }),
  )
})

test('whatever else a caller sends is refused in words', () => {
  const texts = ['', 'abc', '../../etc/passwd', ...[{}, [1], ['1', 'a'], [1.5, 'a'], [1, 2], [1, 'a', 'b']].map(encode)]
  const broken = refusal('invalid_request', brokenCursor().data)
  for (const text of texts) expect(() => decodeCursor(text)).toThrow(broken)
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(() => decodeCursor(text)).toThrow(broken)
    }),
  )
})

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}
