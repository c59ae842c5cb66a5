import { readFile } from 'node:fs/promises'
import { checkQuery, describeQuery, type Profile } from '@almanac/query'
import { Option, type Command } from 'commander'
import type { CommandContext } from '../command-context.ts'
import { instant } from '../instant-option.ts'
import { noteDiagnostics } from '../note-diagnostics.ts'
import { printable } from '../printable.ts'
import { UsageError } from '../usage-error.ts'

interface Flags {
  readonly file?: string
  readonly catalog?: string
  readonly program?: string
  readonly profile: Profile
  readonly at?: number
  readonly start?: number
  readonly end?: number
  readonly json?: boolean
}

/** `almanac query explain`: needs a catalog and no server. */
export function addQueryExplain(parent: Command, { output, exitWith }: CommandContext): void {
  parent
    .command('explain')
    .description('say in words what a query does: which rows, which time, grouped and ordered how')
    .argument('[text]', 'the query text')
    .option('-f, --file <path>', 'a file with the text')
    .option('--catalog <folder>', 'the catalog with its datasets. Default: the one that ships')
    .option('--program <name>', "the datasets' program. Default: the only one there is, or cmp")
    .addOption(new Option('--profile <name>', 'the grammar').choices(['open', 'partner-center']).default('open'))
    .option('--at <time>', 'the time from which TIMESPAN counts back, UTC. Default: now', instant)
    .option('--start <time>', "replaces the query's TIMESPAN: first instant, UTC", instant)
    .option('--end <time>', 'its end, not included', instant)
    .option('--json', 'print JSON')
    .action(async (text: string | undefined, flags: Flags) => {
      const source = await readSource(text, flags.file)
      const { loadCatalog, shippedCatalogFolder } = await import('@almanac/server')
      const catalog = await loadCatalog(flags.catalog ?? shippedCatalogFolder)
      const program = programOf(catalog.programs, flags.program)

      const checked = checkQuery(source.text, { datasets: catalog.datasetsOf(program), profile: flags.profile })
      if (!checked.ok) {
        noteDiagnostics(output, source.name, checked.diagnostics)
        return exitWith(1)
      }
      const description = describeQuery(checked.query, {
        referenceAt: flags.at ?? Date.now(),
        window: { startAt: flags.start ?? null, endAt: flags.end ?? null },
      })
      if (flags.json === true) return output.json(description)
      for (const sentence of description.words) output.line(printable(sentence))
    })
}

async function readSource(
  text: string | undefined,
  file: string | undefined,
): Promise<{ readonly name: string; readonly text: string }> {
  if (text !== undefined && file === undefined) return { name: 'query', text }
  if (text === undefined && file !== undefined) return { name: file, text: await readFile(file, 'utf8') }
  throw new UsageError('Give a query text or --file, one of them.')
}

function programOf(programs: readonly string[], wanted: string | undefined): string {
  const name = wanted ?? (programs.length === 1 ? programs[0] : undefined) ?? 'cmp'
  const program = programs.find((known) => known.toLowerCase() === name.toLowerCase())
  if (program === undefined) throw new UsageError(`Say with --program which one is meant: ${programs.join(', ')}.`)
  return program
}
