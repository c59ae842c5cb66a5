/** Who issues this installation's tokens. */
export interface Issuer {
  /** The id in `/{tenantId}/oauth2/token`; one per installation. */
  readonly tenantId: string
  /** What the outside world calls this server, without a final slash. Asked late: with port 0 it is known on listening. */
  publicUrl(): string
}

/** `1.0` from `/{tenantId}/oauth2/token`, `2.0` from `/{tenantId}/oauth2/v2.0/token`. */
export type TokenVersion = '1.0' | '2.0'

export const tokenVersions = ['1.0', '2.0'] as const satisfies readonly TokenVersion[]

/** Where tokens of a version are asked for. */
export function tokenEndpoint(issuer: Issuer, version: TokenVersion): string {
  return `${tenantUrl(issuer)}/oauth2${version === '1.0' ? '' : '/v2.0'}/token`
}

/** The `iss` claim. Each version has its own, so that each discovery document names the issuer of its own tokens. */
export function issuerName(issuer: Issuer, version: TokenVersion): string {
  const base = tenantUrl(issuer)
  return version === '1.0' ? `${base}/` : `${base}/v2.0`
}

export function tenantUrl(issuer: Issuer): string {
  return `${issuer.publicUrl().replace(/\/+$/, '')}/${issuer.tenantId}`
}
