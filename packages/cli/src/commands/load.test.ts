import { appendFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { runAlmanac } from '../../test/recorded-context.ts'

const dataset = (name: string) => `
name: ${name}
title: Sales
description: What was sold.
source: { format: loaded }
minimumRecurrenceIntervalHours: 1
accountColumn: Account
dateColumn: SoldOn
dateRanges: [LAST_6_MONTHS]
columns:
  - { name: Account, type: string, hidden: true }
  - { name: SoldOn, type: date }
  - { name: Units, type: integer }
`

let folder: string
let flags: readonly string[]
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'almanac-load-'))
  for (const [program, name] of [
    ['shop', 'Sales'],
    ['shop', 'Both'],
    ['depot', 'Both'],
  ]) {
    await mkdir(join(folder, 'catalog', String(program)), { recursive: true })
    await writeFile(join(folder, 'catalog', String(program), `${name}.yaml`), dataset(String(name)))
  }
  await writeFile(
    join(folder, 'almanac.yaml'),
    `catalogFolder: ${join(folder, 'catalog')}\nengine.memoryLimitMiB: 640\n`,
  )
  flags = ['--config', join(folder, 'almanac.yaml'), '--data', join(folder, 'data')]
})
afterEach(() => rm(folder, { recursive: true, force: true }))

async function file(name: string, ...lines: readonly string[]): Promise<string> {
  const text = ['Account,SoldOn,Units', ...lines, ''].join('\n')
  await writeFile(join(folder, name), name.endsWith('.gz') ? gzipSync(text) : text)
  return join(folder, name)
}

test('load makes a version, append another one, versions lists them, and activate goes back', async () => {
  const first = await runAlmanac('load', 'sales', await file('one.csv', 'a,2026-01-01,1', 'b,2026-01-01,2'), ...flags)
  expect(first.lines).toEqual([expect.stringMatching(/^1-[0-9a-f]{12}$/)])
  expect(first.notes.at(-1)).toMatch(/^load sales 2 rows read, 2 of 2 accounts now there, \d+(\.\d)? k?B \(/)

  const second = await runAlmanac(
    'load',
    'Sales',
    await file('two.csv.gz', 'a,2026-01-02,3'),
    '--append',
    '--json',
    ...flags,
  )
  expect(second.jsons).toMatchObject([
    { datasetName: 'Sales', version: 2, mode: 'append', rows: 3, accounts: 2, inForce: true },
  ])

  const back = await runAlmanac('versions', 'Sales', '--activate', '1', ...flags)
  expect(back.lines).toEqual([`${first.lines[0]} is in force.`])
  const listed = (await runAlmanac('versions', 'Sales', ...flags)).lines.join('\n')
  expect(listed).toMatch(/^ +2 +2-\w+ .* append +3 +2 .* two\.csv\.gz$/m)
  expect(listed).toMatch(/^\* +1 +1-\w+ .* replace +2 +2 .* one\.csv$/m)

  // Each is told before and after, with who did it on this machine.
  const { lines } = await runAlmanac('audit', 'export', ...flags)
  const told = lines.map((line) => (JSON.parse(line) as { readonly entry: object }).entry)
  const actor = { kind: 'operator', name: userInfo().username }
  const sales = { kind: 'dataset', id: 'shop/Sales' }
  expect(told).toMatchObject([
    { action: 'data.load_begun', object: sales, actor, detail: { version: 1, files: ['one.csv'], rows: 2 } },
    { action: 'data.loaded', object: sales, actor, detail: { version: 1, files: ['one.csv'], rows: 2 } },
    { action: 'data.load_begun', detail: { version: 2, mode: 'append' } },
    { action: 'data.loaded', detail: { version: 2, mode: 'append' } },
    { action: 'data.switch_begun', object: sales, actor, detail: { version: 1 } },
    { action: 'data.switched', object: sales, actor, detail: { version: 1 } },
  ])
})

test('load tells every mistake with file, line and column', async () => {
  const path = await file('wrong.csv', 'a,2026-01-32,1', ',2026-01-01,x')
  await expect(runAlmanac('load', 'Sales', path, ...flags)).rejects.toThrow(
    [
      'Nothing was loaded into Sales: wrong.csv, line 2, column SoldOn: "2026-01-32" is not a date such as 2024-05-31 (and 2 more)',
      '  wrong.csv, line 2, column SoldOn: "2026-01-32" is not a date such as 2024-05-31',
      '  wrong.csv, line 3, column Account: the row belongs to no account',
      '  wrong.csv, line 3, column Units: "x" is not a whole number',
    ].join('\n'),
  )
  expect((await runAlmanac('versions', 'Sales', '--json', ...flags)).jsons).toEqual([[]])
})

test('a dry run says what would be, and loads nothing', async () => {
  const tried = await runAlmanac('load', 'Sales', await file('one.csv', 'a,2026-01-01,1'), '--dry-run', ...flags)
  expect(tried.lines).toEqual(['Sales: the files can be loaded; nothing was changed'])
  expect((await runAlmanac('versions', 'Sales', '--json', ...flags)).jsons).toEqual([[]])
})

test.each([
  ['a file that there is none of', ['Sales', 'no-such.csv'], /The file no-such\.csv can't be read: there is none/],
  ['a folder', ['Sales', tmpdir()], /is no file/],
  ['a file of unknown format', ['Sales', import.meta.filename], /ends in none of csv, tsv/],
  ['a dataset that there is none of', ['Sale', import.meta.filename], /No program has a dataset "Sale"/],
  [
    'a dataset of two programs',
    ['Both', import.meta.filename],
    /shop have a dataset "Both"; say which program is meant/,
  ],
  [
    'a dataset of a program that lacks it',
    ['Sales', import.meta.filename, '--program', 'depot'],
    /depot has no dataset "Sales"/,
  ],
])('%s is refused in words', async (_, words, said) => {
  await expect(runAlmanac('load', ...words, ...flags)).rejects.toThrow(said)
})

test('client add --admin registers one that may load', async () => {
  const added = await runAlmanac('client', 'add', '--account', 'a', '--name', 'loader', '--admin', '--json', ...flags)
  expect(added.jsons).toMatchObject([{ clientId: expect.any(String), clientSecret: expect.any(String) }])
  await expect(
    runAlmanac('client', 'add', '--account', 'a', '--name', 'x', '--admin', '--read-only', ...flags),
  ).rejects.toThrow(/cannot be used with/)
})

test('a load on an emulator whose clock was moved is told at its time', async () => {
  await appendFile(join(folder, 'almanac.yaml'), 'clock.movable: true\n')
  const before = Date.now()
  await runAlmanac('load', 'Sales', await file('one.csv', 'a,2026-01-01,1'), ...flags)
  const aheadMs = 100 * 86_400_000
  const database = new DatabaseSync(join(folder, 'data/almanac.db'))
  database.prepare(`update installation set value = ? where name = 'clockAheadMs'`).run(String(aheadMs))
  database.close()
  await runAlmanac('load', 'Sales', await file('two.csv', 'a,2026-01-01,2'), ...flags)
  await runAlmanac('versions', 'Sales', '--activate', '1', ...flags)
  const { lines } = await runAlmanac('audit', 'export', ...flags)
  const times = lines.map((line) => Date.parse((JSON.parse(line) as { entry: { time: string } }).entry.time))
  const aheadBy = times.map((time) => Math.floor((time - before) / aheadMs))
  expect(aheadBy).toEqual([0, 0, 1, 1, 1, 1])
})
