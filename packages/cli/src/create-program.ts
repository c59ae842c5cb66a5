import { Command } from 'commander'
import manifest from '../package.json' with { type: 'json' }
import type { CommandContext } from './command-context.ts'
import { addAccountCommand } from './commands/account.ts'
import { addAuditCommand } from './commands/audit.ts'
import { addCatalog } from './commands/catalog.ts'
import { addCallbacks } from './commands/callbacks.ts'
import { addClientCommand } from './commands/client.ts'
import { addClock } from './commands/clock.ts'
import { addDatasets } from './commands/datasets.ts'
import { addDemo } from './commands/demo.ts'
import { addDownload } from './commands/download.ts'
import { addExecutions } from './commands/executions.ts'
import { addKeyCommand } from './commands/key.ts'
import { addLoad } from './commands/load.ts'
import { addMigrateStore } from './commands/migrate-store.ts'
import { addQuery } from './commands/query.ts'
import { addReport } from './commands/report.ts'
import { addSample } from './commands/sample.ts'
import { addSecretCommand } from './commands/secret.ts'
import { addServe } from './commands/serve.ts'
import { addVersions } from './commands/versions.ts'

/** The `almanac` command with all its commands. Parsing errors are thrown as commander's `CommanderError`. */
export function createProgram(context: CommandContext): Command {
  const program = new Command('almanac')
    .description('Datasets, report queries, schedules and files of analytics data.')
    .exitOverride()
    .showHelpAfterError('(--help shows what there is)')
    .version(manifest.version)
    .helpCommand(false)
    // Its own options stand before a command: behind one, `-V…` may be an id (client-certificate.ts).
    .enablePositionalOptions()

  program.commandsGroup('The server:')
  addDemo(program, context)
  addServe(program, context)
  addSample(program, context)
  addCatalog(program, context)
  addLoad(program, context)
  addVersions(program, context)
  addMigrateStore(program, context)
  addAccountCommand(program, context)
  addClientCommand(program, context)
  addSecretCommand(program, context)
  addKeyCommand(program, context)
  addAuditCommand(program, context)
  program.commandsGroup('Its clients:')
  addDatasets(program, context)
  addQuery(program, context)
  addReport(program, context)
  addExecutions(program, context)
  addDownload(program, context)
  addCallbacks(program, context)
  addClock(program, context)
  return program
}
