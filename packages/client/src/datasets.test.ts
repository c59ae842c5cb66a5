import { expect, expectTypeOf, test } from 'vitest'
import type { Dataset, ExpandedDataset } from './index.ts'
import { envelopeOf } from '../test/answering-server.ts'
import { startService } from '../test/service.ts'

test('datasets come in the documented form, and described in full when asked for', async () => {
  const service = await startService(() => ({ json: envelopeOf([{ datasetName: 'ISVUsage' }]) }))
  const plain = await service.client.datasets.list()
  const described = await service.client.datasets.list({ name: 'ISVUsage', expand: 'columns' })

  expect(service.askedFor('/ScheduledDataset').map(({ query }) => Object.fromEntries(query))).toEqual([
    {},
    { datasetName: 'ISVUsage', expand: 'columns' },
  ])
  expect(described).toEqual(plain)
  expectTypeOf(plain).toEqualTypeOf<readonly Dataset[]>()
  expectTypeOf(described).toEqualTypeOf<readonly ExpandedDataset[]>()
})
