import { describeSettings } from '@almanac/server/settings'
import { Option, type Command } from 'commander'
import type { CommandContext } from '../command-context.ts'
import { wholeNumber } from '../number-option.ts'
import { addSampleOptions, type SampleFlags } from '../sample-options.ts'
import { UsageError } from '../usage-error.ts'

interface Flags extends SampleFlags {
  readonly config?: string
  readonly data?: string
  readonly host?: string
  readonly port?: number
  readonly publicUrl?: string
  readonly profile?: string
  readonly role?: readonly string[]
  readonly set?: readonly string[]
  readonly demo?: boolean
  readonly json?: boolean
}

/** `almanac serve`. The server is loaded only here: the other commands start without it. */
export function addServe(program: Command, { exitWith }: CommandContext): void {
  const command = program
    .command('serve')
    .description('run the server until Ctrl-C')
    .option('-c, --config <file>', 'settings from a YAML or JSON file')
    .option('--data <folder>', 'all that is kept: database, keys, files (dataFolder)')
    .option('--host <address>', 'address to listen on (listen.host)')
    .option('--port <number>', 'port to listen on; 0: a free one (listen.port)', wholeNumber(0, 65_535))
    .option('--public-url <url>', 'what the outside world calls this server (publicUrl)')
    .addOption(
      new Option('--role <name>', 'what this process does, with PostgreSQL; may be repeated (roles)')
        .choices(['api', 'worker', 'callbacks'])
        .argParser(collect),
    )
    .option('--profile <name>', 'open, or partner-center for the documented limits (profile)')
    .option('--set <name=value>', 'any other setting; may be repeated', collect)
    .option('--demo', 'serve sample data, with a client for each of its first two accounts')
    .option('--json', 'print where it listens as a line of JSON')
  addSampleOptions(command, { accounts: 2, when: 'with --demo: ' })
  command.addHelpText('after', settingsHelp)
  command.action(async (flags: Flags) => {
    const server = await import('@almanac/server')
    exitWith(
      await server.runServer({
        configFile: flags.config ?? null,
        overrides: overridesOf(flags),
        demo: flags.demo === true ? { usageRows: flags.rows, accounts: flags.accounts, seed: flags.seed } : null,
        announcement: flags.json === true ? 'json' : 'text',
      }),
    )
  })
}

/** Every setting with what it does: its name in a config file, its variable in the environment, its default. */
function settingsHelp(): string {
  const entries = describeSettings().map((setting) => {
    const forPartnerCenter =
      setting.partnerCenterDefault === '' ? '' : ` (${setting.partnerCenterDefault} in profile partner-center)`
    const value = setting.default === '' ? '' : ` Default: ${setting.default}${forPartnerCenter}.`
    return `  ${setting.name}   ${setting.form}\n      ${setting.environmentName}\n      ${setting.about}${value}`
  })
  return `\nSettings: in a config file by the first name, in the environment by the second, or by --set name=value.\n${entries.join('\n')}\n`
}

/** Settings from flags. What was not said is absent, so that environment, file and defaults have their say. */
function overridesOf(flags: Flags): Readonly<Record<string, unknown>> {
  const named = {
    dataFolder: flags.data,
    'listen.host': flags.host,
    'listen.port': flags.port,
    publicUrl: flags.publicUrl,
    profile: flags.profile,
    roles: flags.role,
  }
  const said = [...(flags.set ?? []).map(settingOf), ...Object.entries(named)]
  return Object.fromEntries(said.filter(([, value]) => value !== undefined))
}

function settingOf(text: string): readonly [string, string] {
  const sign = text.indexOf('=')
  if (sign < 1) throw new UsageError(`--set takes a name and a value, such as limits.previewRows=50, not ${text}.`)
  const name = text.slice(0, sign).trim()
  if (!describeSettings().some((setting) => setting.name === name)) {
    throw new UsageError(`There is no setting ${name}. \`almanac serve --help\` lists them.`)
  }
  return [name, text.slice(sign + 1).trim()]
}

function collect(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text]
}
