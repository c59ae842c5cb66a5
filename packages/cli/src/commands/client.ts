import { readFile } from 'node:fs/promises'
import { Argument, Option, type Command } from 'commander'
import type { CommandContext } from '../command-context.ts'
import { addInstallationOptions, administerAt, type InstallationFlags } from '../installation.ts'
import { wholeNumber } from '../number-option.ts'
import { formatTable } from '../table.ts'
import { addCertificateCommand } from './client-certificate.ts'
import { addUserCommand } from './client-user.ts'

interface AddFlags extends InstallationFlags {
  readonly account: string
  readonly name: string
  readonly readOnly?: boolean
  readonly admin?: boolean
  readonly days?: number
  readonly certificate?: string
}

const roleNames = ['Reports.Read', 'Reports.ReadWrite', 'Admin'] as const

/** `almanac client`: who may ask for tokens. */
export function addClientCommand(program: Command, context: CommandContext): void {
  const { output } = context
  const client = program.command('client').description('who may ask for tokens')

  addInstallationOptions(client.command('add'))
    .description("register a client of an account in this machine's data folder and show its secret, this one time")
    .requiredOption('--account <id>', "the account, as the datasets' account columns hold it")
    .requiredOption('--name <name>', 'what the client is called')
    .addOption(new Option('--read-only', 'it may read, but not create queries and reports').conflicts('admin'))
    .option('--admin', 'it may do everything, loading datasets among it')
    .option('--days <number>', 'its secret ends after so many days', wholeNumber(1, 3_650))
    .addOption(
      new Option(
        '--certificate <file>',
        'it proves itself by the key of this certificate, and has no secret',
      ).conflicts('days'),
    )
    .action(async (flags: AddFlags) => {
      const { account, name, readOnly, admin, days, certificate: file, json } = flags
      const role = admin === true ? 'Admin' : readOnly === true ? 'Reports.Read' : 'Reports.ReadWrite'
      const asked = { accountId: account, name, roles: [role] } as const
      const certificate = file === undefined ? undefined : await readFile(file)
      const added = await administerAt(flags, (administration) =>
        certificate === undefined
          ? administration.addClient(asked, days ?? null)
          : administration.addClientWithCertificate(asked, certificate),
      )
      if (json === true) return output.json(added)
      output.line(`ALMANAC_TENANT_ID=${added.tenantId}`)
      output.line(`ALMANAC_CLIENT_ID=${added.clientId}`)
      if ('clientSecret' in added) output.line(`ALMANAC_CLIENT_SECRET=${String(added.clientSecret)}`)
      output.note(`Its callbacks are signed with ${added.webhookSecret}.`)
    })

  addInstallationOptions(client.command('list'))
    .description('list clients')
    .option('--account <id>', 'only those of this account')
    .action(async (flags: InstallationFlags & { readonly account?: string }) => {
      const clients = await administerAt(flags, (administration) => administration.listClients(flags.account ?? null))
      if (flags.json === true) return output.json(clients)
      const rows = clients.map((each) => [
        each.clientId,
        each.accountId,
        each.name,
        each.roles.join(' '),
        each.createdTime,
        each.disabledTime ?? each.accountDisabledTime,
      ])
      output.line(formatTable(['client', 'account', 'name', 'roles', 'created', 'disabled'], rows))
    })

  for (const [verb, standing, about] of [
    ['disable', 'disabled', 'keep a client out'],
    ['enable', 'enabled', 'let it in again'],
  ] as const) {
    addInstallationOptions(client.command(verb))
      .description(about)
      .argument('<client>')
      .action(async (id: string, flags: InstallationFlags) => {
        await administerAt(flags, (administration) => administration.setClientStanding(id, standing))
        output.line(`${id} is ${standing}.`)
      })
  }

  addInstallationOptions(client.command('roles'))
    .description('give a client these roles in place of those it has')
    .argument('<client>')
    .addArgument(new Argument('<roles...>').choices(roleNames))
    .action(async (id: string, roles: readonly (typeof roleNames)[number][], flags: InstallationFlags) => {
      await administerAt(flags, (administration) => administration.setClientRoles(id, roles))
      output.line(`${id} has ${roles.join(', ')}.`)
    })

  addInstallationOptions(client.command('webhook-secret'))
    .description("show what a client's callbacks are signed with")
    .argument('<client>')
    .action(async (id: string, flags: InstallationFlags) => {
      const webhookSecret = await administerAt(flags, (administration) => administration.showWebhookSecret(id))
      if (flags.json === true) return output.json({ webhookSecret })
      output.line(webhookSecret)
    })

  addCertificateCommand(client, context)
  addUserCommand(client, context)
}
