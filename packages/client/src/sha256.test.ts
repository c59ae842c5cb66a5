import { createHash } from 'node:crypto'
import { array, assert, property, uint8Array } from 'fast-check'
import { expect, test } from 'vitest'
import { createSha256 } from './sha256.ts'

function sha256(pieces: readonly (string | Uint8Array)[]): string {
  const hash = createSha256()
  for (const piece of pieces) hash.update(typeof piece === 'string' ? new TextEncoder().encode(piece) : piece)
  return hash.digestHex()
}

const hex = (text: string) => Uint8Array.from(Buffer.from(text, 'hex'))

// The byte-oriented ones of SHA-256.
test.each([
  ['1', 'abc', 1, 'BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD'],
  [
    '2',
    'abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq',
    1,
    '248D6A61D20638B8E5C026930C3E6039A33CE45964FF2167F6ECEDD419DB06C1',
  ],
  ['3', 'a', 1_000_000, 'CDC76E5C9914FB9281A1C7E284D73E67F1809A48A497200E046D39CCC7112CD0'],
  [
    '4',
    '0123456701234567012345670123456701234567012345670123456701234567',
    10,
    '594847328451BDFA85056225462CC1D867D877FB388DF0CE35F25AB5562BFBB5',
  ],
  ['6', hex('19'), 1, '68AA2E2EE5DFF96E3355E6C7EE373E3D6A4E17F75F9518D843709C0C9BC3E3D4'],
  ['8', hex('e3d72570dcdd787ce3887ab2cd684652'), 1, '175EE69B02BA9B58E2B0A5FD13819CEA573F3940A94F825128CF4209BEABB4E8'],
])('vector %s of RFC 6234, section 8.5', (_number, piece, times, digest) => {
  expect(sha256(Array.from({ length: times }, () => piece))).toBe(digest.toLowerCase())
})

test('nothing at all has a hash', () => {
  expect(sha256([])).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
})

test('every length around the ends of blocks is padded right', () => {
  for (let length = 0; length <= 260; length += 1) {
    const bytes = new Uint8Array(length).fill(0xa5)
    expect(sha256([bytes])).toBe(createHash('sha256').update(bytes).digest('hex'))
  }
})

test('however the bytes are cut, the hash is that of the platform', () => {
  assert(
    property(array(uint8Array({ maxLength: 200 }), { maxLength: 20 }), (pieces) => {
      expect(sha256(pieces)).toBe(createHash('sha256').update(Buffer.concat(pieces)).digest('hex'))
    }),
  )
})
