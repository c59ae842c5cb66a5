import type { Command } from 'commander'
import type { CommandContext } from '../command-context.ts'
import { addInstallationOptions, administerAt, type InstallationFlags } from '../installation.ts'
import { formatTable } from '../table.ts'

/** `almanac account`: whose data there is. */
export function addAccountCommand(program: Command, { output }: CommandContext): void {
  const account = program.command('account').description("accounts in this machine's data folder")

  addInstallationOptions(account.command('list'))
    .description('list the accounts')
    .action(async (flags: InstallationFlags) => {
      const accounts = await administerAt(flags, (administration) => administration.listAccounts())
      if (flags.json === true) return output.json(accounts)
      const rows = accounts.map((each) => [each.accountId, each.name, each.createdTime, each.disabledTime])
      output.line(formatTable(['account', 'name', 'created', 'disabled'], rows))
    })

  addInstallationOptions(account.command('add'))
    .description('make an account known')
    .argument('<account>', "its id, as the datasets' account columns hold it")
    .option('--name <name>', 'what it is called')
    .action(async (id: string, flags: InstallationFlags & { readonly name?: string }) => {
      const added = await administerAt(flags, (administration) =>
        administration.addAccount({ id, name: flags.name ?? id }),
      )
      if (flags.json === true) return output.json(added)
      output.line(`${added.accountId} is known.`)
    })

  for (const [verb, standing, about, said] of [
    ['disable', 'disabled', 'keep all clients of an account out', 'None of its clients is let in any more.'],
    ['enable', 'enabled', 'let them in again', 'Its clients are let in again.'],
  ] as const) {
    addInstallationOptions(account.command(verb))
      .description(about)
      .argument('<account>')
      .action(async (id: string, flags: InstallationFlags) => {
        await administerAt(flags, (administration) => administration.setAccountStanding(id, standing))
        output.line(`${id} is ${standing}. ${said}`)
      })
  }
}
