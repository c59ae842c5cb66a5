import { createDocumentFetcher } from '../fetch-document.ts'
import type { Caller } from '../caller.ts'
import { createExternalTokens } from '../external-tokens.ts'
import { createIssuerKeys } from '../issuer-keys.ts'
import { createOwnTokens } from '../own-tokens.ts'
import type { TrustedIssuer } from '../trusted-issuer.ts'
import { createTokenVerifier } from '../verify-token.ts'
import { createInstallation, type Installation } from './installation.ts'

export interface TrustingInstallation extends Installation {
  readonly verify: (token: string) => Promise<Caller>
  /** Why keys could not be had, in words. */
  readonly failures: readonly string[]
}

export const reports = 'https://reports.example.com'

/** What the tests trust, unless they say otherwise. */
export function trusted(issuer: string, change: Partial<TrustedIssuer> = {}): TrustedIssuer {
  return {
    issuer,
    discoveryUrl: `${issuer}/.well-known/openid-configuration`,
    audiences: [reports],
    claims: { account: ['account'], client: ['azp', 'appid', 'client_id', 'sub'], roles: ['roles'] },
    accounts: null,
    roles: new Map([
      ['Reports.Read', 'Reports.Read'],
      ['Reports.ReadWrite', 'Reports.ReadWrite'],
    ]),
    clockSkewSeconds: 60,
    ...change,
  }
}

/** An installation that trusts issuers beside its own, with the account `contoso`. Its clock is the machine's too. */
export async function createTrustingInstallation(
  issuers: readonly TrustedIssuer[],
  installationOf: () => Promise<Installation> = createInstallation,
): Promise<TrustingInstallation> {
  const installation = await installationOf()
  const failures: string[] = []
  const external = issuers.map((issuer) =>
    createExternalTokens({
      issuer,
      machineClock: installation.machineClock,
      keys: createIssuerKeys({
        issuer,
        fetchDocument: createDocumentFetcher(new AbortController().signal),
        machineClock: installation.machineClock,
        onFailure: (error) => failures.push(error instanceof Error ? error.message : String(error)),
      }),
    }),
  )
  const verify = createTokenVerifier({ ...installation, authorities: [createOwnTokens(installation), ...external] })
  return { ...installation, verify: async (token: string) => verify(token), failures }
}
