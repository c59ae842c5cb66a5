import { createHash } from 'node:crypto'
import { createClient, type AlmanacClient, type Sha256 } from '@almanac/client'
import { Option, type Command } from 'commander'
import { UsageError } from './usage-error.ts'

/** How to reach a service and who to be there; from flags or the environment. */
export interface ConnectionFlags {
  readonly url: string
  readonly program: string
  readonly apiVersion: string
  readonly tenant?: string
  readonly clientId?: string
  readonly clientSecret?: string
  readonly token?: string
  readonly tokenUrl?: string
  readonly resource?: string
}

/** Adds the flags of the connection to a command. Each can be set by the environment once for all. */
export function addConnectionOptions(command: Command): Command {
  return command
    .addOption(flag('--url <url>', 'the server', 'ALMANAC_URL').default('http://127.0.0.1:8080'))
    .addOption(flag('--tenant <id>', 'tenant of the token endpoint', 'ALMANAC_TENANT_ID'))
    .addOption(flag('--client-id <id>', 'who is asking', 'ALMANAC_CLIENT_ID'))
    .addOption(
      flag('--client-secret <secret>', 'better set in the environment: others can see flags', 'ALMANAC_CLIENT_SECRET'),
    )
    .addOption(flag('--program <name>', 'program of the catalog', 'ALMANAC_PROGRAM').default('cmp'))
    .addOption(flag('--api-version <version>', 'v1 or v1.1', 'ALMANAC_API_VERSION').default('v1.1'))
    .addOption(flag('--token <token>', 'a token that you have already', 'ALMANAC_TOKEN'))
    .addOption(flag('--token-url <url>', 'token endpoint, when it is elsewhere', 'ALMANAC_TOKEN_URL'))
    .addOption(flag('--resource <uri>', 'what the token is for', 'ALMANAC_RESOURCE'))
}

/** A client of the service that the flags name. Raises a `UsageError` that says what is missing. */
export function connect(flags: ConnectionFlags): AlmanacClient {
  const root = withoutSlash(httpUrl(flags.url, '--url'))
  const baseUrl = `${root}/insights/${flags.apiVersion}/${encodeURIComponent(flags.program)}`
  const connection = { baseUrl, createSha256: nodeSha256 }
  const { token, tenant, clientId, clientSecret, resource } = flags
  if (token !== undefined) return createClient({ ...connection, accessToken: () => token })
  if (clientId === undefined || clientSecret === undefined) {
    throw new UsageError('Say who is asking: set ALMANAC_CLIENT_ID and ALMANAC_CLIENT_SECRET, or pass --token.')
  }
  return createClient({
    ...connection,
    tokenUrl: flags.tokenUrl === undefined ? tokenUrlOf(root, tenant) : httpUrl(flags.tokenUrl, '--token-url'),
    clientId,
    clientSecret,
    ...(resource === undefined ? {} : { resource }),
  })
}

/** Node's own hash: several times as fast as the one that also runs in browsers. */
export function nodeSha256(): Sha256 {
  const hash = createHash('sha256')
  return { update: (bytes) => void hash.update(bytes), digestHex: () => hash.digest('hex') }
}

function tokenUrlOf(root: string, tenant: string | undefined): string {
  if (tenant === undefined) {
    throw new UsageError(
      'Say which tenant: set ALMANAC_TENANT_ID (the server shows it when it starts) or pass --token-url.',
    )
  }
  return `${root}/${encodeURIComponent(tenant)}/oauth2/token`
}

function httpUrl(text: string, name: string): string {
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) {
    throw new UsageError(`${name} takes an address such as https://reports.example.com, not ${JSON.stringify(text)}.`)
  }
  return text
}

function withoutSlash(url: string): string {
  return url.replace(/\/+$/, '')
}

function flag(flags: string, description: string, variable: string): Option {
  return new Option(flags, description).env(variable)
}
