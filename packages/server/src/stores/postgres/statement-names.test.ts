import { expect, test } from 'vitest'
import { createStatementNames } from './statement-names.ts'

test('a statement gets a name when it comes the third time, and keeps it', () => {
  const names = createStatementNames()
  expect([names.nameOf('select 1'), names.nameOf('select 1')]).toEqual([undefined, undefined])
  const name = names.nameOf('select 1')
  expect(name).toBeDefined()
  expect(names.nameOf('select 1')).toBe(name)
  for (let run = 0; run < 3; run += 1) names.nameOf('select 2')
  expect(names.nameOf('select 2')).not.toBe(name)
})

test('after a change of the schema every statement has another name than before', () => {
  const names = createStatementNames()
  for (let run = 0; run < 3; run += 1) names.nameOf('select 1')
  const before = names.nameOf('select 1')
  names.renew()
  expect(names.nameOf('select 1')).not.toBe(before)
})

test('however many texts come, connections keep a limited number of them', () => {
  const names = createStatementNames()
  const found = new Set<string>()
  for (let text = 0; text < 5_000; text += 1)
    for (let run = 0; run < 4; run += 1) {
      const name = names.nameOf(`select ${text}`)
      if (name !== undefined) found.add(name)
    }
  expect(found.size).toBe(250)
})
