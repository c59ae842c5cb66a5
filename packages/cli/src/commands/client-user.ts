import type { Command } from 'commander'
import type { CommandContext } from '../command-context.ts'
import { addInstallationOptions, administerAt, type InstallationFlags } from '../installation.ts'
import { formatTable } from '../table.ts'

/** `almanac client user`: people who log in by a client of partner insights (`mpn`). */
export function addUserCommand(client: Command, { output }: CommandContext): void {
  const user = client.command('user').description('people who log in by a client (mpn, in profile partner-center)')

  addInstallationOptions(user.command('add'))
    .description('let a person log in by a client and show the password, this one time')
    .argument('<client>')
    .argument('<name>', 'such as ana@contoso.example; upper and lower case are the same')
    .action(async (clientId: string, name: string, flags: InstallationFlags) => {
      const added = await administerAt(flags, (administration) => administration.addUser(clientId, name))
      if (flags.json === true) return output.json(added)
      output.line(`username=${added.name}`)
      output.line(`password=${added.password}`)
    })

  addInstallationOptions(user.command('list'))
    .description('list the users of a client')
    .argument('<client>')
    .action(async (clientId: string, flags: InstallationFlags) => {
      const users = await administerAt(flags, (administration) => administration.listUsers(clientId))
      if (flags.json === true) return output.json(users)
      output.line(
        formatTable(
          ['user', 'created'],
          users.map((each) => [each.name, each.createdTime]),
        ),
      )
    })

  addInstallationOptions(user.command('remove'))
    .description('let a person log in no longer, and end what it stays logged in by')
    .argument('<client>')
    .argument('<name>')
    .action(async (clientId: string, name: string, flags: InstallationFlags) => {
      await administerAt(flags, (administration) => administration.removeUser(clientId, name))
      output.line(`${name} is removed.`)
    })
}
