import { readFile, writeFile } from 'node:fs/promises'
import { text as readText } from 'node:stream/consumers'
import { formatQuery } from '@almanac/query'
import type { Command } from 'commander'
import type { CommandContext } from '../command-context.ts'
import { noteDiagnostics } from '../note-diagnostics.ts'
import type { Output } from '../output.ts'
import { printable } from '../printable.ts'
import { UsageError } from '../usage-error.ts'

interface Flags {
  readonly check?: boolean
  readonly write?: boolean
}

/** What to do with a text once it has its form. */
type Deliver = (source: Source, formatted: string) => Promise<boolean>

interface Source {
  /** A path, or `-`. */
  readonly path: string
  readonly text: string
}

const standardInput = '-'

/** `almanac query fmt`. */
export function addQueryFmt(parent: Command, { output, exitWith }: CommandContext): void {
  parent
    .command('fmt')
    .description('write query texts in their canonical form; names stay as they are')
    .argument('[file...]', 'files with one query each, or - for standard input. Default: -')
    .option('--check', 'only name the files that are not in that form; exit code 1 if one is not')
    .option('--write', 'write the form back to the files, and name those that change')
    .action(async (files: readonly string[], { check = false, write = false }: Flags) => {
      const paths = files.length === 0 ? [standardInput] : files
      if (check && write) throw new UsageError('Give --check or --write, one of them.')
      if (write && paths.includes(standardInput)) throw new UsageError('--write needs files to write to.')
      const deliver = check ? nameUnformed(output) : write ? writeBack(output) : print(output)

      let isWell = true
      for (const path of paths) {
        const source = await read(path)
        const result = formatQuery(source.text)
        if (!result.ok) noteDiagnostics(output, shown(path), result.diagnostics)
        isWell = result.ok && (await deliver(source, result.text)) && isWell
      }
      if (!isWell) exitWith(1)
    })
}

async function read(path: string): Promise<Source> {
  return { path, text: path === standardInput ? await readText(process.stdin) : await readFile(path, 'utf8') }
}

function shown(path: string): string {
  return path === standardInput ? 'stdin' : path
}

function print(output: Output): Deliver {
  return async (_, formatted) => {
    output.line(formatted)
    return true
  }
}

function nameUnformed(output: Output): Deliver {
  return async ({ path, text }, formatted) => {
    const isFormed = text === `${formatted}\n`
    if (!isFormed) output.line(printable(shown(path)))
    return isFormed
  }
}

function writeBack(output: Output): Deliver {
  return async ({ path, text }, formatted) => {
    if (text === `${formatted}\n`) return true
    await writeFile(path, `${formatted}\n`)
    output.line(printable(path))
    return true
  }
}
