import { Option, type Command } from 'commander'
import type { Query, QueryFilter } from '@almanac/client'
import type { CommandContext } from '../command-context.ts'
import { addConnectionOptions, connect, type ConnectionFlags } from '../connection.ts'
import { noteDetails } from '../note-details.ts'
import { formatTable } from '../table.ts'
import { UsageError } from '../usage-error.ts'
import { addQueryExplain } from './query-explain.ts'
import { addQueryFmt } from './query-fmt.ts'

interface Flags extends ConnectionFlags {
  readonly json?: boolean
}

/** `almanac query test|create|list|delete|fmt|explain`. */
export function addQuery(program: Command, context: CommandContext): void {
  const query = program.command('query').description('try, save, list, delete, format and explain queries')
  addTest(query, context)
  addCreate(query, context)
  addList(query, context)
  addDelete(query, context)
  addQueryFmt(query, context)
  addQueryExplain(query, context)
}

interface TestFlags extends Flags {
  readonly id?: string
  readonly start?: string
  readonly end?: string
}

function addTest(parent: Command, { output }: CommandContext): void {
  addConnectionOptions(parent.command('test'))
    .description('run a query and show its first rows')
    .argument('[text]', 'a query text')
    .option('--id <queryId>', 'a saved query, in place of a text')
    .option('--start <time>', "replaces the query's TIMESPAN: first instant, UTC (yyyy-MM-ddTHH:mm:ssZ)")
    .option('--end <time>', 'its end, not included')
    .option('--json', 'print JSON')
    .action(async (text: string | undefined, flags: TestFlags) => {
      const { id, start, end } = flags
      const window = { ...(start !== undefined && { startTime: start }), ...(end !== undefined && { endTime: end }) }
      const { rows, notes } = await connect(flags).queries.test({ ...sourceOf(text, id), ...window })
      noteDetails(output, notes)
      if (flags.json === true) return output.json(rows)
      const headers = Object.keys(rows[0] ?? {})
      output.line(
        rows.length === 0
          ? 'No rows.'
          : formatTable(
              headers,
              rows.map((row) => headers.map((name) => row[name])),
            ),
      )
    })
}

function sourceOf(text: string | undefined, queryId: string | undefined): { query: string } | { queryId: string } {
  if (text !== undefined && queryId === undefined) return { query: text }
  if (text === undefined && queryId !== undefined) return { queryId }
  throw new UsageError('Give a query text or --id, one of them.')
}

function addCreate(parent: Command, { output }: CommandContext): void {
  addConnectionOptions(parent.command('create'))
    .description('save a query')
    .argument('<name>')
    .argument('<text>', 'the query text')
    .option('--description <text>')
    .option('--json', 'print JSON')
    .action(async (name: string, text: string, flags: Flags & { readonly description?: string }) => {
      const { description } = flags
      const { query, notes } = await connect(flags).queries.create({
        name,
        query: text,
        ...(description !== undefined && { description }),
      })
      noteDetails(output, notes)
      if (flags.json === true) return output.json(query)
      output.line(query.queryId)
    })
}

interface ListFlags extends Flags {
  readonly id?: string
  readonly name?: string
  readonly system: NonNullable<QueryFilter['systemQueries']>
}

function addList(parent: Command, { output }: CommandContext): void {
  addConnectionOptions(parent.command('list'))
    .description('list saved and system queries')
    .option('--id <queryId>')
    .option('--name <name>', 'the whole name, in any case')
    .addOption(
      new Option('--system <which>', 'system queries').choices(['include', 'exclude', 'only']).default('include'),
    )
    .option('--json', 'print JSON')
    .action(async (flags: ListFlags) => {
      const { id, name, system } = flags
      const queries: Query[] = []
      const found = connect(flags).queries.list({
        systemQueries: system,
        ...(id !== undefined && { queryId: id }),
        ...(name !== undefined && { queryName: name }),
      })
      for await (const query of found) queries.push(query)
      if (flags.json === true) return output.json(queries)
      const rows = queries.map(({ queryId, name, type, query }) => [queryId, name, type, query])
      output.line(formatTable(['id', 'name', 'type', 'query'], rows))
    })
}

function addDelete(parent: Command, { output }: CommandContext): void {
  addConnectionOptions(parent.command('delete'))
    .description('delete a saved query; reports on it keep their copy')
    .argument('<queryId>')
    .option('--json', 'print JSON')
    .action(async (queryId: string, flags: Flags) => {
      const query = await connect(flags).queries.delete(queryId)
      if (flags.json === true) return output.json(query)
      output.line(`Deleted ${query.name}.`)
    })
}
