import type { Command } from 'commander'
import type { CommandContext } from '../command-context.ts'
import { formatTable } from '../table.ts'

interface Flags {
  readonly config?: string
  readonly data?: string
  readonly to?: string
  readonly json?: boolean
}

/** `almanac migrate-store`: from the file of one process to a database of many. */
export function addMigrateStore(program: Command, { output }: CommandContext): void {
  program
    .command('migrate-store')
    .description(
      'move an installation from its data folder to an empty PostgreSQL database; its server has to be stopped',
    )
    .option(
      '--to <url>',
      'the database, postgresql://… (default: database.url, which keeps its password off the screen)',
    )
    .option('-c, --config <file>', "the server's config file")
    .option('--data <folder>', 'its data folder (dataFolder)')
    .option('--json', 'print JSON')
    .action(async ({ config, data, to, json }: Flags) => {
      const { loadSettings, migrateStore } = await import('@almanac/server')
      const overrides = { dataFolder: data, 'database.url': to }
      const settings = await loadSettings({ configFile: config ?? null, overrides })
      const moved = await migrateStore(settings)
      if (json === true) return output.json(moved)
      output.line(
        formatTable(
          ['table', 'rows'],
          moved.map(({ table, rows }) => [table, String(rows)]),
        ),
      )
      output.line('Moved. Start every process with database.url from now on.')
    })
}
