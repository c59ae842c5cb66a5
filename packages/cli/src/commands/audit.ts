import { InvalidArgumentError, type Command } from 'commander'
import type { CommandContext } from '../command-context.ts'
import { addInstallationOptions, administerAt, type InstallationFlags } from '../installation.ts'

interface VerifyFlags extends InstallationFlags {
  readonly anchor?: Anchor
}

interface Anchor {
  readonly number: number
  readonly hash: string
}

/** `almanac audit`: the log of who did what. */
export function addAuditCommand(program: Command, { output, exitWith }: CommandContext): void {
  const audit = program.command('audit').description('who did what, from where: a log whose lines are chained by hash')

  addInstallationOptions(audit.command('export'))
    .description('print the log, a line of JSON for each entry')
    .action(async (flags: InstallationFlags) => {
      const { exportedLine } = await import('@almanac/server')
      await administerAt(flags, async (administration) => {
        for await (const line of administration.auditLines(1)) output.line(exportedLine(line))
      })
    })

  addInstallationOptions(audit.command('verify'))
    .description('find lines that were altered, are missing or are not in their places')
    .argument('[file]', 'an exported log, in place of the one in the data folder')
    .option('--anchor <number:hash>', 'a line whose hash was noted elsewhere', readAnchor)
    .action(async (file: string | undefined, flags: VerifyFlags) => {
      const { readAuditFile, verifyAudit } = await import('@almanac/server')
      const anchor = flags.anchor ?? null
      const verdict =
        file === undefined
          ? await administerAt(flags, (administration) => administration.verifyAudit(anchor))
          : await verifyAudit(readAuditFile(file), null, anchor)
      const { lines, head, faults } = verdict
      if (faults.length > 0) exitWith(1)
      if (flags.json === true) return output.json(verdict)
      for (const { number, problem } of faults) output.line(`line ${number}: ${problem}.`)
      if (faults.length === 0) output.line(`${lines} lines, whole. The last one is ${head.number}:${head.hash}`)
    })
}

/** `12:9f86d0…` */
function readAnchor(text: string): Anchor {
  const [, number, hash] = /^(\d{1,15}):([0-9a-f]{64})$/i.exec(text.trim()) ?? []
  if (number === undefined || hash === undefined) {
    throw new InvalidArgumentError('It must be a number and a hash, as verify prints them: 12:9f86….')
  }
  return { number: Number(number), hash: hash.toLowerCase() }
}
