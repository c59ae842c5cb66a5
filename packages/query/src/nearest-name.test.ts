import { expect, test } from 'vitest'
import { editDistance, nearestName } from './nearest-name.ts'

test.each([
  ['', '', 0],
  ['abc', 'abc', 0],
  ['abc', 'abd', 1],
  ['abc', 'acb', 1],
  ['abc', '', 3],
  ['kitten', 'sitting', 3],
])('from %j to %j it is %i changes', (from, to, distance) => {
  expect(editDistance(from, to)).toBe(distance)
})

test('the nearest name is the one with the fewest changes, without regard to case', () => {
  const known = ['OfferName', 'OfferType', 'OfferId', 'AssetId']
  expect(nearestName('ofername', known)).toBe('OfferName')
  expect(nearestName('OffreType', known)).toBe('OfferType')
  expect(nearestName('ASSETIDS', known)).toBe('AssetId')
})

test('a name that is far from all has no nearest one', () => {
  expect(nearestName('Nothing', ['OfferName', 'SKU'])).toBeUndefined()
  expect(nearestName('x', [])).toBeUndefined()
})
