import { Argument, type Command } from 'commander'
import type { CommandContext } from '../command-context.ts'
import { addInstallationOptions, administerAt, type InstallationFlags } from '../installation.ts'
import { formatTable } from '../table.ts'

const purposes = ['token', 'link'] as const

/** `almanac key`: the keys that sign tokens and download links. */
export function addKeyCommand(program: Command, { output }: CommandContext): void {
  const key = program.command('key').description('the keys that sign tokens and download links')

  addInstallationOptions(key.command('list'))
    .description('list the keys; what they are stays in the data folder')
    .action(async (flags: InstallationFlags) => {
      const keys = await administerAt(flags, (administration) => administration.listKeys())
      if (flags.json === true) return output.json(keys)
      const rows = keys.map((each) => [each.keyId, each.purpose, each.createdTime, each.signsFromTime, each.endTime])
      output.line(formatTable(['key', 'signs', 'created', 'in force from', 'accepted until'], rows))
    })

  addInstallationOptions(key.command('rotate'))
    .description('put a new key in place; what the old ones signed is accepted until it ends by itself')
    .addArgument(new Argument('<purpose>', 'what it signs').choices(purposes))
    .option('--at-once', 'end all that the old keys signed, now: for a key that somebody else has')
    .action(async (purpose: (typeof purposes)[number], flags: InstallationFlags & { readonly atOnce?: boolean }) => {
      const changeover = flags.atOnce === true ? 'at-once' : 'overlap'
      const made = await administerAt(flags, (administration) => administration.rotateKey(purpose, changeover))
      if (flags.json === true) return output.json(made)
      output.line(`${made.keyId} signs from ${made.signsFromTime}.`)
    })
}
