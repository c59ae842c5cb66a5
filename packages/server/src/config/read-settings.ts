import type { Profile } from '@almanac/query'
import { availableParallelism } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isIP } from 'node:net'
import { flattenFile } from './config-file.ts'
import { artifactContradictions, readArtifactSettings } from './read-artifact-settings.ts'
import { SettingProblem } from './setting-kinds.ts'
import { environmentName, settingNames, settingTable, type SettingName, type SettingValue } from './setting-table.ts'
import type { Settings } from './settings.ts'

/** What a start-up is refused with: every problem, each in a sentence that says what to do. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError'
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super(problems.length === 1 ? problems[0] : `There are ${problems.length} problems:\n- ${problems.join('\n- ')}`)
    this.problems = problems
  }
}

export interface SettingsInput {
  /** Config file, already read: its name for messages, and its text (YAML, of which JSON is a part). */
  readonly file: { readonly path: string; readonly text: string } | null
  readonly environment: Readonly<Record<string, string | undefined>>
  /** From the command line; these win over the environment, which wins over the file. */
  readonly overrides: Readonly<Partial<Record<SettingName, unknown>>>
  /** Whether standard error is a terminal: decides the log's default form. */
  readonly isTerminal: boolean
}

/**
 * Settings from command line, environment, file and defaults, in that order. Throws a `SettingsError` with every
 * mistake there is: unknown names, values out of range, settings that contradict each other.
 */
export function readSettings(input: SettingsInput): Settings {
  const problems: string[] = []
  const given = collect(input, problems)
  const profile = readOne('profile', given, 'open', problems) ?? 'open'
  const read = <Name extends SettingName>(name: Name): SettingValue<Name> | null =>
    readOne(name, given, profile, problems)

  const dataFolder = resolve(read('dataFolder') ?? '')
  const [certFile, keyFile] = [read('tls.certFile'), read('tls.keyFile')]
  if ((certFile === null) !== (keyFile === null))
    problems.push('tls.certFile and tls.keyFile belong together: set both, or neither.')
  const [databaseUrl, connections, waitSeconds] = [
    read('database.url'),
    read('database.connections') ?? 0,
    read('database.waitSeconds') ?? 0,
  ]
  const settings: Settings = {
    dataFolder,
    catalogFolder: resolve(read('catalogFolder') ?? shippedCatalogFolder),
    datasetsFolder: resolve(read('datasetsFolder') ?? join(dataFolder, 'datasets')),
    database: databaseUrl === null ? null : { url: databaseUrl, connections, waitSeconds },
    roles: read('roles') ?? [],
    listen: {
      host: read('listen.host') ?? '',
      port: read('listen.port') ?? 0,
      trustProxy: read('listen.trustProxy') ?? [],
    },
    tls: certFile === null || keyFile === null ? null : { certFile: resolve(certFile), keyFile: resolve(keyFile) },
    cors: { allowedOrigins: read('cors.allowedOrigins') ?? [] },
    publicUrl: read('publicUrl'),
    tenantId: read('tenantId'),
    audiences: read('audiences') ?? [],
    issuers: { trusted: read('issuers.trusted') ?? [], builtIn: read('issuers.builtIn') ?? true },
    profile,
    limits: {
      activeReportsPerClient: read('limits.activeReportsPerClient') ?? 0,
      executeNowPerHour: read('limits.executeNowPerHour') ?? 0,
      queriesPerClient: read('limits.queriesPerClient') ?? 0,
      startLeadHours: read('limits.startLeadHours') ?? 0,
      maximumIntervalHoursV1: read('limits.maximumIntervalHoursV1') ?? 0,
      maximumScheduleHours: read('limits.maximumScheduleHours') ?? 0,
      previewRows: read('limits.previewRows') ?? 0,
      previewTimeoutSeconds: read('limits.previewTimeoutSeconds') ?? 0,
      previewsAtOnce: read('limits.previewsAtOnce') ?? 0,
      queuedExports: read('limits.queuedExports') ?? 0,
      connections: read('limits.connections') ?? 0,
      exportTimeoutSeconds: read('limits.exportTimeoutSeconds') ?? 0,
      requestBodyBytes: read('limits.requestBodyBytes') ?? 0,
      arrivalSeconds: read('limits.arrivalSeconds') ?? 0,
      requestsPerMinutePerClient: read('limits.requestsPerMinutePerClient') ?? 0,
      requestsPerMinutePerAddress: read('limits.requestsPerMinutePerAddress') ?? 0,
    },
    engine: {
      memoryLimitMiB: read('engine.memoryLimitMiB') ?? 0,
      threads: read('engine.threads') ?? availableParallelism(),
      exportProcesses: read('engine.exportProcesses') ?? 0,
      tempFolder: resolve(read('engine.tempFolder') ?? join(dataFolder, 'temp')),
      maximumTempGiB: read('engine.maximumTempGiB') ?? 0,
    },
    trino: trinoFrom(read),
    data: {
      keptVersions: read('data.keptVersions') ?? 0,
      loadTimeoutSeconds: read('data.loadTimeoutSeconds') ?? 0,
      uploadBytes: read('data.uploadBytes') ?? 0,
    },
    links: {
      lifetimeHours: read('links.lifetimeHours') ?? 0,
      compress: read('links.compress') ?? 'when-accepted',
      singleUse: read('links.singleUse') ?? false,
      bindToAddress: read('links.bindToAddress') ?? false,
    },
    artifacts: readArtifactSettings(read, problems),
    callbacks: {
      allowedHosts: read('callbacks.allowedHosts') ?? [],
      allowHttp: read('callbacks.allowHttp') ?? false,
      timeoutSeconds: read('callbacks.timeoutSeconds') ?? 0,
    },
    metrics: { host: read('metrics.host') ?? '', port: read('metrics.port') ?? 0 },
    disk: { minimumFreeMiB: read('disk.minimumFreeMiB') ?? 0 },
    retention: { days: read('retention.days') ?? 0 },
    clock: { movable: read('clock.movable') ?? false },
    leaseSeconds: read('leaseSeconds') ?? 0,
    log: { level: read('log.level') ?? 'info', format: read('log.format') ?? (input.isTerminal ? 'pretty' : 'json') },
  }
  problems.push(...contradictions(settings))
  if (problems.length > 0) throw new SettingsError(problems)
  return settings
}

function trinoFrom(read: <Name extends SettingName>(name: Name) => SettingValue<Name> | null): Settings['trino'] {
  const url = read('trino.url')
  const [passwordFile, tokenFile] = [read('trino.passwordFile'), read('trino.tokenFile')]
  if (url === null) return null
  return {
    url,
    user: read('trino.user') ?? '',
    passwordFile: passwordFile && resolve(passwordFile),
    tokenFile: tokenFile && resolve(tokenFile),
  }
}

/** The catalog that ships with the product. */
export const shippedCatalogFolder = fileURLToPath(new URL('../../catalog', import.meta.url))

interface GivenValue {
  readonly raw: unknown
  /** Where it was said, for the message. */
  readonly from: string
}

function collect(input: SettingsInput, problems: string[]): ReadonlyMap<string, GivenValue> {
  const given = new Map<string, GivenValue>()
  if (input.file !== null) {
    for (const { name, raw, line } of flattenFile(input.file.text, settingNames, problems, input.file.path))
      given.set(name, { raw, from: `${input.file.path}:${line}` })
  }
  const byEnvironmentName = new Map(settingNames.map((name) => [environmentName(name), name]))
  for (const [variable, raw] of Object.entries(input.environment)) {
    const name = byEnvironmentName.get(variable)
    if (name !== undefined && raw !== undefined && raw !== '') given.set(name, { raw, from: variable })
  }
  for (const [name, raw] of Object.entries(input.overrides)) {
    if (raw !== undefined) given.set(name, { raw, from: `command line (${name})` })
  }
  return given
}

function readOne<Name extends SettingName>(
  name: Name,
  given: ReadonlyMap<string, GivenValue>,
  profile: Profile,
  problems: string[],
): SettingValue<Name> | null {
  // The table's members have different value types; the name ties the member to its type again.
  const spec = settingTable[name] as unknown as {
    readonly kind: { read(raw: unknown): SettingValue<Name>; readonly isSecret?: boolean }
    readonly default: SettingValue<Name> | null
    readonly partnerCenterDefault?: SettingValue<Name>
  }
  const value = given.get(name)
  if (value === undefined) {
    return profile === 'partner-center' && spec.partnerCenterDefault !== undefined
      ? spec.partnerCenterDefault
      : spec.default
  }
  try {
    return spec.kind.read(value.raw)
  } catch (error) {
    if (!(error instanceof SettingProblem)) throw error
    const shown = spec.kind.isSecret === true ? '' : `; it is ${JSON.stringify(value.raw)}`
    problems.push(`${value.from}: ${name} ${error.message}${shown}.`)
    return spec.default
  }
}

const allRoles = settingTable.roles.default?.length ?? 0

function contradictions(settings: Settings): readonly string[] {
  const found: string[] = [...artifactContradictions(settings)]
  if (settings.audiences.length === 0)
    found.push(
      'audiences is empty, so no token could be asked for. Name at least one resource, or leave the setting out.',
    )
  if (!settings.issuers.builtIn && settings.issuers.trusted.length === 0)
    found.push(
      'issuers.builtIn is false and issuers.trusted is empty, so nobody could get in. Name an issuer, or leave issuers.builtIn out.',
    )
  if (settings.publicUrl === null && ['0.0.0.0', '::'].includes(settings.listen.host))
    found.push(
      `listen.host is ${settings.listen.host} and publicUrl is not set, so links would name an address that nobody can reach. Set publicUrl to what clients call this server.`,
    )
  const { trino } = settings
  if (trino !== null && trino.passwordFile !== null && trino.tokenFile !== null)
    found.push('trino.passwordFile and trino.tokenFile are two ways to say who asks. Set one of them.')
  if (trino !== null && (trino.passwordFile ?? trino.tokenFile) !== null && !trino.url.startsWith('https:'))
    found.push(`trino.url is ${trino.url}, over which everyone could read the password or token. Use https.`)
  if (trino !== null && new URL(trino.url).pathname !== '/')
    found.push(`trino.url is ${trino.url}. Trino has no path: leave it out.`)
  if (
    settings.profile === 'partner-center' &&
    settings.limits.maximumScheduleHours < settings.limits.maximumIntervalHoursV1
  )
    found.push(
      'limits.maximumScheduleHours is below limits.maximumIntervalHoursV1, so some intervals could never be used. Raise it.',
    )
  if (settings.database === null && settings.roles.length < allRoles)
    found.push(
      `roles names ${settings.roles.join(', ')} only, and database.url is not set: with the SQLite file of the data folder one process does everything. Leave roles out, or set database.url.`,
    )
  if (settings.database !== null && settings.clock.movable)
    found.push(
      'clock.movable and database.url are both set: other processes on that database would stay behind a clock that is moved. An emulator keeps its data in the data folder; leave one of them out.',
    )
  for (const host of settings.callbacks.allowedHosts) {
    const [address = '', bits] = host.split('/')
    if (bits !== undefined && (isIP(address) === 0 || !/^\d{1,3}$/.test(bits)))
      found.push(
        `callbacks.allowedHosts has ${JSON.stringify(host)}, which is neither a host name nor a CIDR block such as 10.1.0.0/16.`,
      )
  }
  return found
}
