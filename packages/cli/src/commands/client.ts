import { Option, type Command } from 'commander'
import type { CommandContext } from '../command-context.ts'

interface Flags {
  readonly account: string
  readonly name: string
  readonly config?: string
  readonly data?: string
  readonly readOnly?: boolean
  readonly admin?: boolean
  readonly json?: boolean
}

/** `almanac client add`. */
export function addClientCommand(program: Command, { output }: CommandContext): void {
  const client = program.command('client').description('who may ask for tokens')
  client
    .command('add')
    .description("register a client of an account in this machine's data folder and show its secret, this one time")
    .requiredOption('--account <id>', "the account, as the datasets' account columns hold it")
    .requiredOption('--name <name>', 'what the client is called')
    .addOption(new Option('--read-only', 'it may read, but not create queries and reports').conflicts('admin'))
    .option('--admin', 'it may do everything, loading datasets among it')
    .option('-c, --config <file>', "the server's config file")
    .option('--data <folder>', 'its data folder (dataFolder)')
    .option('--json', 'print JSON')
    .action(async ({ account, name, config, data, readOnly, admin, json }: Flags) => {
      const { addClient, loadSettings } = await import('@almanac/server')
      const settings = await loadSettings({ configFile: config ?? null, overrides: { dataFolder: data } })
      const role = admin === true ? 'Admin' : readOnly === true ? 'Reports.Read' : 'Reports.ReadWrite'
      const added = await addClient(settings, { accountId: account, name, roles: [role] })
      if (json === true) return output.json(added)
      output.line(`ALMANAC_TENANT_ID=${added.tenantId}`)
      output.line(`ALMANAC_CLIENT_ID=${added.clientId}`)
      output.line(`ALMANAC_CLIENT_SECRET=${added.clientSecret}`)
      output.note(`Its callbacks are signed with ${added.webhookSecret}.`)
    })
}
