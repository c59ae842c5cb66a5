import type { Role } from './caller.ts'

/** An issuer of tokens elsewhere, such as Entra, that this installation believes, and how its claims are read. */
export interface TrustedIssuer {
  /** The `iss` of its tokens. `{tenantid}` in it stands for the `tid` of each token: an issuer of many tenants. */
  readonly issuer: string
  /** Where its OpenID Connect discovery document is. */
  readonly discoveryUrl: string
  /** `aud` of tokens that are meant for this server. */
  readonly audiences: readonly string[]
  /** Names of claims; of several, the first that a token has. A dot leads into a claim that is an object. */
  readonly claims: {
    readonly account: readonly string[]
    readonly client: readonly string[]
    readonly roles: readonly string[]
  }
  /** Account by the value of its claim; null: the value is the account's id. */
  readonly accounts: ReadonlyMap<string, string> | null
  /** Role by the value of a roles claim; other values give none. */
  readonly roles: ReadonlyMap<string, Role>
  /** How far its clock and ours may be apart. */
  readonly clockSkewSeconds: number
}

const tenantPlace = '{tenantid}'
const tenantId = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i

/** Whether its tokens are of many tenants, each with a name of its own. */
export function isOfManyTenants({ issuer }: Pick<TrustedIssuer, 'issuer'>): boolean {
  return issuer.includes(tenantPlace)
}

/** Whether `name` is an `iss` of the issuer, of whichever of its tenants. */
export function isIssuerName({ issuer }: Pick<TrustedIssuer, 'issuer'>, name: string): boolean {
  const [before = '', after] = issuer.split(tenantPlace)
  if (after === undefined) return name === issuer
  if (!name.startsWith(before) || !name.endsWith(after)) return false
  return tenantId.test(name.slice(before.length, name.length - after.length))
}

/** The `iss` that a token of the tenant has; null when the issuer is one of many tenants and `tid` is no tenant's id. */
export function issuerNameFor({ issuer }: Pick<TrustedIssuer, 'issuer'>, tid: unknown): string | null {
  if (!isOfManyTenants({ issuer })) return issuer
  return typeof tid === 'string' && tenantId.test(tid) ? issuer.replace(tenantPlace, tid) : null
}
