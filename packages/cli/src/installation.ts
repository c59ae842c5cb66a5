import type { Administration } from '@almanac/server'
import type { Command } from 'commander'

/** Which installation of this machine a command works in. */
export interface InstallationFlags {
  readonly config?: string
  readonly data?: string
  readonly json?: boolean
}

/** The flags of a command that works in an installation's data folder. */
export function addInstallationOptions(command: Command): Command {
  return addOptions(command, '-c, --config <file>')
}

/** The same without a short one: for a command among whose words may be one that begins with a hyphen. */
export function addLongInstallationOptions(command: Command): Command {
  return addOptions(command, '--config <file>')
}

function addOptions(command: Command, config: string): Command {
  return command
    .option(config, "the server's config file")
    .option('--data <folder>', 'its data folder (dataFolder)')
    .option('--json', 'print JSON')
}

/** Does administration in the installation that the flags name. A server may be running on it. */
export async function administerAt<Result>(
  { config, data }: InstallationFlags,
  work: (administration: Administration) => Promise<Result>,
): Promise<Result> {
  const { administer, loadSettings } = await import('@almanac/server')
  const settings = await loadSettings({ configFile: config ?? null, overrides: { dataFolder: data } })
  return administer(settings, work)
}
