import type { SettingName, SettingValue } from './setting-table.ts'
import type { AzureLogin, RemotePlace, Settings } from './settings.ts'

type Read = <Name extends SettingName>(name: Name) => SettingValue<Name> | null

/** Where files are kept, by the settings. Adds a sentence to `problems` for what a chosen store lacks. */
export function readArtifactSettings(read: Read, problems: string[]): Settings['artifacts'] {
  const links = read('artifacts.links') ?? 'own'
  const prefix = (read('artifacts.prefix') ?? '').replace(/\/*$/, '/')
  return { place: placeOf(read, problems), links, prefix }
}

function placeOf(read: Read, problems: string[]): Settings['artifacts']['place'] {
  const kind = read('artifacts.store') ?? 'disk'
  if (kind === 'azure') return azurePlace(read, problems)
  if (kind === 's3') return s3Place(read, problems)
  return { kind }
}

function azurePlace(read: Read, problems: string[]): RemotePlace {
  const connectionString = read('artifacts.azure.connectionString')
  const accountUrl = read('artifacts.azure.accountUrl')
  if ((connectionString === null) === (accountUrl === null))
    problems.push(
      'artifacts.store is azure, so artifacts.azure.connectionString or artifacts.azure.accountUrl has to say which account: one of them.',
    )
  const login: AzureLogin =
    connectionString === null
      ? { kind: 'identity', accountUrl: accountUrl ?? '' }
      : { kind: 'connection-string', connectionString }
  return { kind: 'azure', container: read('artifacts.azure.container') ?? '', login }
}

function s3Place(read: Read, problems: string[]): RemotePlace {
  const bucket = read('artifacts.s3.bucket')
  if (bucket === null) problems.push('artifacts.store is s3, so artifacts.s3.bucket has to say which bucket.')
  return {
    kind: 's3',
    bucket: bucket ?? '',
    region: read('artifacts.s3.region'),
    endpoint: read('artifacts.s3.endpoint'),
    pathStyle: read('artifacts.s3.pathStyle') ?? false,
  }
}

// Signature version 4, and the key that Azure gives to an identity, live no longer.
const longestStoreLinkHours = 7 * 24

/** What links of a store contradict. */
export function artifactContradictions({ artifacts, links, clock }: Settings): readonly string[] {
  if (artifacts.links === 'own') return []
  const found: string[] = []
  const refuse = (setting: string, why: string): void => {
    found.push(`artifacts.links is store, and ${setting}; ${why}`)
  }
  if (artifacts.place.kind === 'disk')
    refuse('artifacts.store is disk', 'a disk answers no links. Set artifacts.links to own, or choose azure or s3.')
  if (links.singleUse) refuse('links.singleUse is true', 'a store counts no uses. Set artifacts.links to own.')
  if (links.bindToAddress)
    refuse(
      'links.bindToAddress is true',
      'the address of a request is unknown to the link. Set artifacts.links to own.',
    )
  if (clock.movable)
    refuse('clock.movable is true', 'the clock of a store cannot be moved. Set artifacts.links to own.')
  if (links.lifetimeHours > longestStoreLinkHours)
    refuse(
      `links.lifetimeHours is ${links.lifetimeHours}`,
      `a store makes none that works longer than ${longestStoreLinkHours} hours. Lower it.`,
    )
  if (
    artifacts.place.kind === 'azure' &&
    artifacts.place.login.kind === 'connection-string' &&
    !/(^|;)\s*(AccountKey|UseDevelopmentStorage)\s*=/i.test(artifacts.place.login.connectionString)
  )
    refuse(
      'artifacts.azure.connectionString has no AccountKey',
      'nothing else of it can sign a link. Use one with a key, or artifacts.azure.accountUrl.',
    )
  return found
}
