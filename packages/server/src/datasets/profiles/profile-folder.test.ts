import { mkdtemp, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { DataProfile } from '../query-engine.ts'
import { createProfileFolder } from './profile-folder.ts'

let root: string
let folder: string
let ids = 0
const newId = () => `id-${(ids += 1)}`
const open = (keptProfiles = 3) => createProfileFolder({ folder, newId, keptProfiles })

const profile: DataProfile = {
  rows: 12,
  spellings: { A: { kind: 'lower' }, B: { kind: 'upper' }, ['__proto__']: { kind: 'values', values: ['Paid', ''] } },
}

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'almanac-profiles-'))
  folder = join(root, 'profiles')
})

afterEach(() => rm(root, { recursive: true, force: true }))

test('a profile that was kept is found by the next process', async () => {
  await open().keep('key', profile)
  expect(await open().find('key')).toEqual(profile)
  expect(Object.keys((await open().find('key'))?.spellings ?? {})).toEqual(['A', 'B', '__proto__'])
})

test('nothing is found under another key, nor before the folder is there', async () => {
  expect(await open().find('key')).toBeUndefined()
  await open().keep('key', profile)
  expect(await open().find('other')).toBeUndefined()
})

test.each([
  ['cut off', '{"format":2,"rows":12,"spel'],
  ['empty', ''],
  ['of another format', '{"format":1,"rows":12,"spellings":{}}'],
  ['without rows', '{"format":2,"spellings":{}}'],
  ['with a spelling of another kind', '{"format":2,"rows":1,"spellings":{"A":{"kind":"title"}}}'],
  ['with values that are no texts', '{"format":2,"rows":1,"spellings":{"A":{"kind":"values","values":[1]}}}'],
  ['no object', 'null'],
])('a file that is %s counts as none, and is replaced', async (_, text) => {
  await open().keep('key', profile)
  await writeFile(join(folder, 'key.json'), text)
  expect(await open().find('key')).toBeUndefined()
  await open().keep('key', profile)
  expect(await open().find('key')).toEqual(profile)
})

test('of too many the oldest go, a file that was not finished among them', async () => {
  await open().keep('first', profile)
  await writeFile(join(folder, 'left.part'), '{"format"')
  await utimes(join(folder, 'left.part'), 1, 1)
  await utimes(join(folder, 'first.json'), 2, 2)
  for (const key of ['second', 'third', 'fourth']) await open().keep(key, profile)
  expect((await readdir(folder)).sort()).toEqual(['fourth.json', 'second.json', 'third.json'])
})

test.runIf(process.platform !== 'win32')('nobody else on the machine may read it', async () => {
  await open().keep('key', profile)
  expect((await stat(folder)).mode & 0o077).toBe(0)
})
