import { spawn } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text as readText } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createRecordedOutput, type RecordedOutput } from '../../test/recorded-context.ts'
import { createProgram } from '../create-program.ts'

/** Runs `almanac query` and keeps the exit code that it asks for. */
async function query(...words: readonly string[]): Promise<RecordedOutput & { readonly exitCode: number }> {
  const output = createRecordedOutput()
  let exitCode = 0
  const program = createProgram({
    output,
    now: () => 0,
    interruption: () => new AbortController().signal,
    exitWith: (code) => void (exitCode = code),
  })
  // What commander says of a wrong option is no matter of these tests.
  for (const command of program.commands.flatMap((each) => each.commands)) {
    command.configureOutput({ writeErr: () => undefined })
  }
  await program.parseAsync(['query', ...words], { from: 'user' })
  return { ...output, exitCode }
}

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'almanac-query-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

async function fileWith(text: string, name = 'orders.query'): Promise<string> {
  const path = join(await newFolder(), name)
  await writeFile(path, text)
  return path
}

const loose = 'select  AssetId,SKU\nfrom ISVOrder   limit 5 ;\n'
const formed = 'SELECT AssetId, SKU FROM ISVOrder LIMIT 5'

describe('fmt', () => {
  test('prints the form of each file and leaves the files alone', async () => {
    const path = await fileWith(loose)
    const { lines, exitCode } = await query('fmt', path, path)
    expect(lines).toEqual([formed, formed])
    expect(exitCode).toBe(0)
    await expect(readFile(path, 'utf8')).resolves.toBe(loose)
  })

  test('--check names the files that are not in it, and --write makes them so', async () => {
    const path = await fileWith(loose)
    expect(await query('fmt', '--check', path)).toMatchObject({ lines: [path], exitCode: 1 })
    expect(await query('fmt', '--write', path)).toMatchObject({ lines: [path], exitCode: 0 })
    await expect(readFile(path, 'utf8')).resolves.toBe(`${formed}\n`)
    expect(await query('fmt', '--check', path)).toMatchObject({ lines: [], exitCode: 0 })
    expect(await query('fmt', '--write', path)).toMatchObject({ lines: [], exitCode: 0 })
  })

  test('a text that is no query is shown with the place, costs no other file, and ends with exit code 1', async () => {
    const wrong = await fileWith('SELECT AssetId\nFORM ISVOrder\n')
    const right = await fileWith(loose)
    const { lines, notes, exitCode } = await query('fmt', '--write', wrong, right)
    expect(notes).toEqual([
      `${wrong}:2:1: expected a comma or FROM, but found FORM`,
      '    FORM ISVOrder',
      '    ^^^^',
      expect.stringMatching(/^ {2}\S/),
    ])
    expect(lines).toEqual([right])
    expect(exitCode).toBe(1)
    await expect(readFile(wrong, 'utf8')).resolves.toBe('SELECT AssetId\nFORM ISVOrder\n')
  })

  test('reads standard input without a file, and from -', async () => {
    expect(await pipe(loose, 'fmt')).toEqual({ code: 0, stdout: `${formed}\n`, stderr: '' })
    expect(await pipe(loose, 'fmt', '--check', '-')).toEqual({ code: 1, stdout: 'stdin\n', stderr: '' })
    expect(await pipe('', 'fmt')).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('stdin:1:1: ') })
  })

  test('what can not be done is said', async () => {
    await expect(query('fmt', '--check', '--write', 'x')).rejects.toThrow('one of them')
    await expect(query('fmt', '--write')).rejects.toThrow('--write needs files')
    await expect(query('fmt', '/nowhere/at/all.query')).rejects.toThrow('ENOENT')
  })
})

describe('explain', () => {
  const at = ['--at', '2024-05-31T10:30:00Z']

  test('says what a query on the catalog that ships does', async () => {
    const { lines, exitCode } = await query('explain', 'select AssetId from isvorder timespan last_month', ...at)
    expect(exitCode).toBe(0)
    expect(lines[0]).toBe('Reads ISVOrder, and of it only the rows of your own account.')
    expect(lines[1]).toContain(
      'from 2024-04-30T00:00:00Z, included, to 2024-05-31T10:30:00Z, included (TIMESPAN LAST_MONTH)',
    )
    const asked = await query('explain', 'SELECT AssetId FROM ISVOrder', '--start', '2024-01-01', '--end', '2024-02-01')
    expect(asked.lines[1]).toContain('from 2024-01-01T00:00:00Z, included, to 2024-02-01T00:00:00Z, not included')
  })

  test('as data with --json', async () => {
    const { jsons } = await query('explain', '-f', await fileWith(loose), ...at, '--json')
    expect(jsons).toMatchObject([{ dataset: 'ISVOrder', shape: 'rows', limit: 5, window: { origin: 'default' } }])
  })

  test('a query that is wrong is shown with all its places', async () => {
    const { lines, notes, exitCode } = await query('explain', 'SELECT Assetid, Skuu FROM ISVOrder LIMIT 0')
    expect([lines, exitCode]).toEqual([[], 1])
    expect(notes.filter((note) => note.startsWith('query:'))).toHaveLength(2)
    expect(notes).toContain('  Did you mean SKU?')
    const strict = await query('explain', 'SELECT * FROM ISVOrder', '--profile', 'partner-center')
    expect(strict.notes[0]).toContain('has no SELECT *')
  })

  test('takes any catalog, and asks which program is meant where it has to', async () => {
    const folder = await newFolder()
    const shop = `name: Orders
title: Orders
description: What was ordered.
minimumRecurrenceIntervalHours: 1
source: { format: csv, pattern: orders.csv }
columns:
  - { name: Amount, type: decimal, description: "How much" }
`
    for (const program of ['shop', 'store']) {
      await mkdir(join(folder, program))
      await writeFile(join(folder, program, 'Orders.yaml'), shop)
    }
    const text = 'SELECT Amount FROM Orders'
    expect((await query('explain', text, '--catalog', folder, '--program', 'SHOP')).lines).toContain(
      'Reads Orders, whose rows are the same for every account.',
    )
    await expect(query('explain', text, '--catalog', folder)).rejects.toThrow('shop, store')
    await rm(join(folder, 'store'), { recursive: true })
    expect((await query('explain', text, '--catalog', folder)).exitCode).toBe(0)
  })

  test('what can not be done is said', async () => {
    await expect(query('explain')).rejects.toThrow('one of them')
    await expect(query('explain', 'a', '-f', 'b')).rejects.toThrow('one of them')
    await expect(query('explain', 'a', '--at', 'noon')).rejects.toThrow('It takes a time such as')
  })
})

/** Runs `almanac query` as a process of its own with a text on its standard input. */
async function pipe(
  input: string,
  ...words: readonly string[]
): Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }> {
  const almanac = fileURLToPath(new URL('../../bin/almanac.mjs', import.meta.url))
  const child = spawn(process.execPath, [almanac, 'query', ...words], { env: { PATH: process.env.PATH } })
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  child.stdin.end(input)
  const [stdout, stderr] = await Promise.all([readText(child.stdout), readText(child.stderr)])
  return { code: await ended, stdout, stderr }
}
