import { expect, test } from 'vitest'
import { partitionsOf } from './partition.ts'

test('folders called name=value are partitions, the file itself is none', () => {
  expect(partitionsOf('/data/sales/year=2024/Region=North West/a=b.csv')).toEqual([
    { name: 'year', value: '2024' },
    { name: 'Region', value: 'North West' },
  ])
  expect(partitionsOf('a=1.csv')).toEqual([])
})

test.each([
  ['a%2Fb', 'a/b'],
  ['%20x%25y', ' x%y'],
  ['K%C3%B6ln', 'Köln'],
  ['a+b', 'a+b'],
  ['%zz%4', '%zz%4'],
  ['', ''],
  ['__HIVE_DEFAULT_PARTITION__', null],
  ['__hive_default_partition__', '__hive_default_partition__'],
  ['null', null],
  ['%4eULL', 'NULL'],
])('the value written %s is %s', (written, value) => {
  expect(partitionsOf(`k=${written}/f.csv`)).toEqual([{ name: 'k', value }])
})

test.each(['k=a=b', 'k=a?b', '=b', 'k', 'k=%C3', 'k=a\nb'])('the folder %j is no partition', (folder) => {
  expect(partitionsOf(`${folder}/f.csv`)).toEqual([])
})
