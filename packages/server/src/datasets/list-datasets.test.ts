import { expect, test } from 'vitest'
import { refusal } from '../kernel/testing/refusal.ts'
import { listDatasets } from './list-datasets.ts'
import { smallCatalog, smallDataset } from './testing/small-catalog.ts'

const catalog = smallCatalog([
  smallDataset(),
  smallDataset({ name: 'Usage', nameAliases: [] }),
  smallDataset({ program: 'mpn', name: 'Training', nameAliases: [] }),
])
const namesOf = (program: string, datasetName: string | null) =>
  listDatasets({ catalog }, { program, datasetName }).map((dataset) => dataset.name)

test('a program lists its own datasets, in the order of the catalog', () => {
  expect(namesOf('cmp', null)).toEqual(['Orders', 'Usage'])
  expect(namesOf('MPN', null)).toEqual(['Training'])
})

test('one dataset is found by its name in any case, and by an older name', () => {
  expect(namesOf('cmp', 'uSAGE')).toEqual(['Usage'])
  expect(namesOf('cmp', 'ordersv2')).toEqual(['Orders'])
})

test("a name that the program lacks is not found, also when it is another program's", () => {
  expect(() => namesOf('cmp', 'Nothing')).toThrow(refusal('not_found', {}))
  expect(() => namesOf('cmp', 'Training')).toThrow(refusal('not_found', {}))
})

test('an unknown program is refused with the programs that there are', () => {
  const error = refusal('unknown_program', { program: 'xyz', known: ['cmp', 'mpn'] })
  expect(() => namesOf('xyz', null)).toThrow(error)
})
