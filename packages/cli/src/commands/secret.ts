import type { Command } from 'commander'
import type { CommandContext } from '../command-context.ts'
import { addInstallationOptions, administerAt, type InstallationFlags } from '../installation.ts'
import { wholeNumber } from '../number-option.ts'
import { formatTable } from '../table.ts'

/** `almanac secret`: the secrets of a client, of which it may have two while it changes over. */
export function addSecretCommand(program: Command, { output }: CommandContext): void {
  const secret = program.command('secret').description('what a client proves itself by')

  addInstallationOptions(secret.command('add'))
    .description('make a second secret for a client and show it, this one time')
    .argument('<client>')
    .option('--days <number>', 'it ends after so many days', wholeNumber(1, 3_650))
    .action(async (clientId: string, flags: InstallationFlags & { readonly days?: number }) => {
      const added = await administerAt(flags, (administration) =>
        administration.addSecret(clientId, flags.days ?? null),
      )
      if (flags.json === true) return output.json(added)
      output.line(`ALMANAC_CLIENT_SECRET=${added.clientSecret}`)
      output.note(added.expiryTime === null ? 'It does not expire.' : `It ends at ${added.expiryTime}.`)
    })

  addInstallationOptions(secret.command('list'))
    .description('list the secrets of a client: when they end, and when they were last used')
    .argument('<client>')
    .action(async (clientId: string, flags: InstallationFlags) => {
      const secrets = await administerAt(flags, (administration) => administration.listSecrets(clientId))
      if (flags.json === true) return output.json(secrets)
      const rows = secrets.map((each) => [
        each.secretId,
        each.hint === '' ? '' : `…${each.hint}`,
        each.createdTime,
        each.expired ? `${each.expiryTime ?? ''} (expired)` : each.expiryTime,
        each.lastUsedTime,
      ])
      output.line(formatTable(['secret', 'ends in', 'created', 'expires', 'last used'], rows))
    })

  addInstallationOptions(secret.command('remove'))
    .description('end a secret now')
    .argument('<client>')
    .argument('<secret>', 'its id, as the list shows it')
    .action(async (clientId: string, secretId: string, flags: InstallationFlags) => {
      await administerAt(flags, (administration) => administration.removeSecret(clientId, secretId))
      output.line(`${secretId} is removed.`)
    })
}
