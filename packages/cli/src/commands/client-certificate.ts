import { readFile } from 'node:fs/promises'
import type { Command } from 'commander'
import type { CommandContext } from '../command-context.ts'
import {
  addInstallationOptions,
  addLongInstallationOptions,
  administerAt,
  type InstallationFlags,
} from '../installation.ts'
import { formatTable } from '../table.ts'

/** `almanac client certificate`: whose keys may sign a client's assertions. */
export function addCertificateCommand(client: Command, { output }: CommandContext): void {
  const certificate = client.command('certificate').description("certificates whose keys sign a client's assertions")

  addInstallationOptions(certificate.command('add'))
    .description('register a certificate (PEM or DER, without its private key)')
    .argument('<client>')
    .argument('<file>')
    .action(async (clientId: string, file: string, flags: InstallationFlags) => {
      const bytes = await readFile(file)
      const added = await administerAt(flags, (administration) => administration.addCertificate(clientId, bytes))
      if (flags.json === true) return output.json(added)
      output.line(added.thumbprint)
      output.note(`${added.subject}, good until ${added.expiryTime}.`)
    })

  addInstallationOptions(certificate.command('list'))
    .description('list the certificates of a client')
    .argument('<client>')
    .action(async (clientId: string, flags: InstallationFlags) => {
      const certificates = await administerAt(flags, (administration) => administration.listCertificates(clientId))
      if (flags.json === true) return output.json(certificates)
      const rows = certificates.map((each) => [each.thumbprint, each.subject, each.expiryTime, each.lastUsedTime])
      output.line(formatTable(['thumbprint', 'subject', 'expires', 'last used'], rows))
    })

  // One thumbprint in 64 begins with a hyphen.
  addLongInstallationOptions(certificate.command('remove'))
    .allowUnknownOption()
    .description('refuse what its key signs from now on')
    .argument('<client>')
    .argument('<thumbprint>')
    .action(async (clientId: string, thumbprint: string, flags: InstallationFlags) => {
      await administerAt(flags, (administration) => administration.removeCertificate(clientId, thumbprint))
      output.line(`${thumbprint} is removed.`)
    })
}
