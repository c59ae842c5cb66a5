import { stat, writeFile, mkdir } from 'node:fs/promises'
import { join, relative } from 'node:path'
import type { Command } from 'commander'
import { Option } from 'commander'
import { grouped } from '../amounts.ts'
import type { CommandContext } from '../command-context.ts'
import { wholeNumber } from '../number-option.ts'
import { printable } from '../printable.ts'
import { formatTable } from '../table.ts'

/** `almanac catalog check|infer|schema`. */
export function addCatalog(program: Command, context: CommandContext): void {
  const catalog = program.command('catalog').description('declare datasets: check them, draft them from files')
  addCheck(catalog, context)
  addInfer(catalog, context)
  addSchema(catalog, context)
}

interface CheckFlags {
  readonly config?: string
  readonly data?: string | true
  readonly json?: boolean
}

function addCheck(parent: Command, { output, interruption, exitWith }: CommandContext): void {
  parent
    .command('check')
    .description('say all that is wrong with a catalog, with file and line; exit code 1 if anything is')
    .argument('[folder]', 'the catalog. Default: that of the settings, which is the one that ships')
    .option('-c, --config <file>', "the server's config file")
    .option(
      '--data [folder]',
      'check it against the data too, all of which are read: those of the settings, or below this folder',
    )
    .option('--json', 'print JSON')
    .action(async (folder: string | undefined, { config, data, json }: CheckFlags) => {
      const { checkCatalog, loadSettings } = await import('@almanac/server')
      const settings = await loadSettings({
        configFile: config ?? null,
        overrides: {
          catalogFolder: folder,
          ...(typeof data === 'string' ? await foldersIn(data) : {}),
        },
      })
      const check = await checkCatalog(settings, { withData: data !== undefined, signal: interruption() })
      if (check.mistakes.length > 0) exitWith(1)
      if (json === true) return output.json(check)

      const place = ({ file, line }: { readonly file: string; readonly line: number }): string =>
        `${relative('.', join(check.folder, file)) || '.'}:${line}`
      for (const mistake of check.mistakes) output.line(printable(`${place(mistake)}: ${mistake.message}`))
      for (const note of check.notes) output.line(printable(`${place(note)}: note: ${note.message}`))
      if (check.mistakes.length > 0) {
        return output.note(check.mistakes.length === 1 ? '1 mistake.' : `${grouped(check.mistakes.length)} mistakes.`)
      }
      const rows = check.programs.map((each) => {
        const { program, datasets, columns, metrics, systemQueries } = each
        return [program, datasets, columns, metrics, systemQueries]
      })
      output.line(formatTable(['program', 'datasets', 'columns', 'metrics', 'system queries'], rows))
      output.note(data === undefined ? 'No mistakes.' : 'No mistakes, and the data are as the catalog says.')
    })
}

/** The folders that are meant: an installation's data folder has files in its `datasets`, another is one of files. */
async function foldersIn(folder: string): Promise<{ readonly dataFolder: string; readonly datasetsFolder: string }> {
  const below = join(folder, 'datasets')
  const found = await stat(below).catch(() => undefined)
  return { dataFolder: folder, datasetsFolder: found?.isDirectory() === true ? below : folder }
}

interface InferFlags {
  readonly table?: string
  readonly name?: string
  readonly program: string
  readonly out?: string
  readonly config?: string
  readonly data?: string
  readonly rows: number
  readonly force?: boolean
}

function addInfer(parent: Command, { output, interruption }: CommandContext): void {
  parent
    .command('infer')
    .description('draft the declaration of a dataset from its data, with the reason of each guess beside it')
    .argument(
      '<file...>',
      'Parquet, CSV or JSON files with rows of one dataset, folders and globs too; or a DuckDB database, each of whose tables is a dataset; or a table of Trino, `catalog.schema.table`',
    )
    .option('--table <name>', 'of a database: the only table to draft, `orders` or `marts.orders`')
    .option('--name <name>', 'what FROM calls it. Default: from the name of the file, folder or table')
    .option('--program <name>', 'the program that it belongs to, part of its addresses', 'data')
    .option('-o, --out <folder>', 'the catalog to write it to. Default: it is printed')
    .option('-c, --config <file>', "the server's config file, for where its datasets and its Trino are")
    .option('--data <folder>', 'the folder below which the server finds its data')
    .addOption(
      new Option('--rows <number>', 'rows to look at, at most').argParser(wholeNumber(1, 10_000_000)).default(100_000),
    )
    .option('--force', 'replace a file that is there')
    .action(async (files: readonly string[], flags: InferFlags) => {
      const { inferCatalog, loadSettings, printDraft, saveDraft } = await import('@almanac/server')
      const settings = await loadSettings({
        configFile: flags.config ?? null,
        overrides: {
          ...(flags.data === undefined ? {} : await foldersIn(flags.data)),
        },
      })
      const { drafts, skipped } = await inferCatalog(settings, {
        sources: files,
        table: flags.table ?? null,
        name: flags.name ?? null,
        program: flags.program,
        sampleRows: flags.rows,
        now: Date.now(),
        interruption,
      })
      for (const line of skipped.flatMap((reason) => reason.split('\n'))) output.note(printable(line))
      if (flags.out === undefined) {
        const texts = drafts.map((draft) => printDraft(draft, 'dataset.schema.json').trimEnd())
        return output.line(texts.join('\n---\n'))
      }
      for (const draft of drafts) {
        const path = await saveDraft(draft, flags.out, { replace: flags.force === true })
        output.line(relative('.', path))
        for (const { column, why } of [draft.account, draft.date]) {
          output.note(printable(column === null ? why : `${column}: ${why}`))
        }
      }
    })
}

interface SchemaFlags {
  readonly out?: string
}

function addSchema(parent: Command, { output }: CommandContext): void {
  parent
    .command('schema')
    .description("print the JSON Schema of a catalog's files, or put the schemas beside a catalog for editors")
    .addArgument(
      parent.createArgument('[which]', 'of which file').choices(['dataset', 'system-queries']).default('dataset'),
    )
    .option('-o, --out <folder>', 'the catalog to write both schemas to; those that are there are replaced')
    .action(async (which: 'dataset' | 'system-queries', { out }: SchemaFlags) => {
      const { catalogSchemas } = await import('@almanac/server')
      const { dataset, systemQueries } = await catalogSchemas()
      if (out === undefined) return output.line((which === 'dataset' ? dataset : systemQueries).text.trimEnd())
      await mkdir(out, { recursive: true })
      for (const { fileName, text } of [dataset, systemQueries]) {
        await writeFile(join(out, fileName), text)
        output.line(join(out, fileName))
      }
    })
}
