import { SettingProblem, type SettingKind } from './setting-kinds.ts'

/** An issuer of tokens elsewhere that is trusted, as the settings say it; see `access/trusted-issuer.ts`. */
export interface TrustedIssuerSettings {
  readonly issuer: string
  readonly discoveryUrl: string
  readonly audiences: readonly string[]
  readonly claims: {
    readonly account: readonly string[]
    readonly client: readonly string[]
    readonly roles: readonly string[]
  }
  readonly accounts: ReadonlyMap<string, string> | null
  readonly roles: ReadonlyMap<string, IssuerRole>
  readonly clockSkewSeconds: number
}

type IssuerRole = (typeof roleNames)[number]
const roleNames = ['Reports.Read', 'Reports.ReadWrite', 'Admin'] as const

const members = ['issuer', 'discovery', 'audiences', 'claims', 'accounts', 'roles', 'clockSkewSeconds']
const claimMembers = ['account', 'client', 'roles']
// What Entra v2, Entra v1 and RFC 9068 call the client; `sub` is it where a client asks for itself.
const clientClaims = ['azp', 'appid', 'client_id', 'sub']
// An issuer's `Admin` may be anything: who may do everything here is only who is named.
const ownRoles: ReadonlyMap<string, IssuerRole> = new Map([
  ['Reports.Read', 'Reports.Read'],
  ['Reports.ReadWrite', 'Reports.ReadWrite'],
])
const defaultSkewSeconds = 60
const mostSkewSeconds = 600
const tenantPlace = '{tenantid}'

/** A list of trusted issuers: objects in a config file, the same as JSON in the environment. */
export const trustedIssuers: SettingKind<readonly TrustedIssuerSettings[]> = {
  form: 'list of issuers',
  read(raw) {
    const list = typeof raw === 'string' ? parse(raw) : raw
    if (!Array.isArray(list)) throw new SettingProblem('must be a list of issuers, each with issuer and audiences')
    const issuers = list.map(readIssuer)
    const names = issuers.map(({ issuer }) => issuer)
    const twice = names.find((name, index) => names.indexOf(name) !== index)
    if (twice !== undefined) throw new SettingProblem(`names ${quoted(twice)} twice; an issuer has one set of rules`)
    return issuers
  },
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    throw new SettingProblem('must be a list of issuers (in the environment: as JSON)')
  }
}

function readIssuer(raw: unknown): TrustedIssuerSettings {
  const given = object(raw, 'each issuer', members)
  const issuer = issuerName(given['issuer'])
  const claims = given['claims'] === undefined ? {} : object(given['claims'], 'claims', claimMembers)
  const account = names(claims['account'] ?? ['account'], 'claims.account')
  const roles = given['roles'] === undefined ? ownRoles : roleMap(given['roles'])
  if (issuer.includes(tenantPlace)) refuseLooseTenants(account, roles)
  return {
    issuer,
    discoveryUrl: given['discovery'] === undefined ? discoveryOf(issuer) : secureUrl(given['discovery'], 'discovery'),
    audiences: names(given['audiences'], 'audiences'),
    claims: {
      account,
      client: names(claims['client'] ?? clientClaims, 'claims.client'),
      roles: names(claims['roles'] ?? ['roles'], 'claims.roles'),
    },
    accounts: given['accounts'] === undefined ? null : textMap(given['accounts'], 'accounts'),
    roles,
    clockSkewSeconds: skewSeconds(given['clockSkewSeconds'] ?? defaultSkewSeconds),
  }
}

/**
 * With many tenants, each one's administrators choose the roles of their apps, and much of what else a token says. Only
 * `tid` is the issuer's own word.
 */
function refuseLooseTenants(account: readonly string[], roles: ReadonlyMap<string, IssuerRole>): void {
  if (account.length !== 1 || account[0] !== 'tid') {
    throw new SettingProblem(`has an issuer of many tenants (${tenantPlace}), whose claims.account must be tid`)
  }
  if ([...roles.values()].includes('Admin')) {
    throw new SettingProblem(
      `has an issuer of many tenants (${tenantPlace}), each of which could make itself Admin; name the issuer of one tenant for that`,
    )
  }
}

/** Where OpenID Connect Discovery puts the document; that of many tenants is Entra's for `common`. */
function discoveryOf(issuer: string): string {
  return `${issuer.replace(tenantPlace, 'common').replace(/\/$/, '')}/.well-known/openid-configuration`
}

function issuerName(raw: unknown): string {
  if (typeof raw !== 'string' || raw.split(tenantPlace).length > 2) {
    throw new SettingProblem('must have an issuer: the URL that its tokens have as iss')
  }
  secureUrl(raw.replace(tenantPlace, 'tenant'), 'issuer')
  // As it is written: it is compared with what tokens say, letter by letter.
  return raw
}

function secureUrl(raw: unknown, name: string): string {
  const url = typeof raw === 'string' ? URL.parse(raw) : null
  const isHere = url !== null && ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname)
  if (url === null || (url.protocol !== 'https:' && !(url.protocol === 'http:' && isHere)) || url.username !== '') {
    throw new SettingProblem(
      `has the ${name} ${quoted(raw)}, which must be an https URL (http only on this machine itself)`,
    )
  }
  return raw as string
}

function names(raw: unknown, name: string): readonly string[] {
  const list = typeof raw === 'string' ? [raw] : raw
  const isList = Array.isArray(list) && list.length > 0
  if (!isList || !list.every((item): item is string => typeof item === 'string' && item.trim() !== '')) {
    throw new SettingProblem(`must have ${name}: one text or a list of them`)
  }
  return list
}

function roleMap(raw: unknown): ReadonlyMap<string, IssuerRole> {
  return new Map([...textMap(raw, 'roles')].map(([value, role]) => [value, ourRole(role)]))
}

function ourRole(name: string): IssuerRole {
  const found = roleNames.find((role) => role === name)
  if (found === undefined) {
    throw new SettingProblem(`has the role ${quoted(name)}; the roles here are ${roleNames.join(', ')}`)
  }
  return found
}

function textMap(raw: unknown, name: string): ReadonlyMap<string, string> {
  const entries = Object.entries(object(raw, name, null))
  return new Map(
    entries.map(([key, value]) => {
      if (typeof value === 'string' && value !== '') return [key, value]
      throw new SettingProblem(`has ${name} with ${quoted(key)}, whose value must be a text`)
    }),
  )
}

function skewSeconds(raw: unknown): number {
  if (typeof raw === 'number' && Number.isInteger(raw) && raw >= 0 && raw <= mostSkewSeconds) return raw
  throw new SettingProblem(`has clockSkewSeconds that is no whole number from 0 to ${mostSkewSeconds}`)
}

/** `known` null: members of any name. */
function object(raw: unknown, name: string, known: readonly string[] | null): Readonly<Record<string, unknown>> {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) {
    throw new SettingProblem(`must have ${name} as an object`)
  }
  const stranger = known && Object.keys(raw).find((key) => !known.includes(key))
  if (typeof stranger === 'string') {
    throw new SettingProblem(`has ${quoted(stranger)} in ${name}, where there may be ${known?.join(', ')}`)
  }
  return raw as Readonly<Record<string, unknown>>
}

function quoted(value: unknown): string {
  return JSON.stringify(value)
}
