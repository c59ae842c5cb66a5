import { createExternalTokens } from '../access/external-tokens.ts'
import { createDocumentFetcher } from '../access/fetch-document.ts'
import { createIssuerKeys } from '../access/issuer-keys.ts'
import { createLoginGuard } from '../access/login-guard.ts'
import { createOwnTokens } from '../access/own-tokens.ts'
import { createSecretChecker } from '../access/secret-checker.ts'
import type { TokenAuthority } from '../access/token-authority.ts'
import { createTokenKeys } from '../access/token-keys.ts'
import { startTokenTally } from '../access/token-tally.ts'
import { createTokenVerifier } from '../access/verify-token.ts'
import type { HttpDeps } from '../http/http-deps.ts'
import type { House } from './house.ts'

/** How who comes is known, and what tokens are issued by. */
export interface Access extends Pick<HttpDeps, 'verifyToken' | 'issuesTokens' | 'tokens'> {
  /** Resolves when the last counts of tokens have been written, after the house's signal. */
  readonly stopped: Promise<void>
}

/** `publicUrl` is asked late: with port 0 it is known on listening. */
export function openAccess(house: House, publicUrl: () => string): Access {
  const { settings, log, catalog, stores, tenantId, clock, machineClock, newId, stopping } = house
  const issuer = { tenantId, publicUrl }
  const tokenKeys = createTokenKeys({ keys: stores.keys, clock, newId })
  const access = { clients: stores.clients, keys: tokenKeys, clock, issuer, audiences: settings.audiences }
  const own = settings.issuers.builtIn ? [createOwnTokens(access)] : []
  const tally = startTokenTally(
    {
      audit: stores.audit,
      clients: stores.clients,
      clock,
      machineClock,
      onError: (error) => log.error({ err: error }, 'counts of tokens could not be written to the audit log'),
    },
    stopping,
  )
  return {
    verifyToken: createTokenVerifier({ ...access, authorities: [...own, ...trustedAuthorities(house)] }),
    issuesTokens: settings.issuers.builtIn,
    tokens: {
      ...access,
      credentials: stores.credentials,
      secrets: createSecretChecker(),
      // Only partner insights (mpn) is documented with users, and only an emulator has to do as it does.
      users: settings.profile === 'partner-center' && catalog.programs.includes('mpn') ? stores.users : null,
      logins: createLoginGuard(machineClock),
      tally,
      machineClock,
      newId,
      onNoteLost: (error) => log.warn({ err: error }, 'the last use of a credential could not be noted'),
    },
    stopped: tally.stopped,
  }
}

function trustedAuthorities(house: House): readonly TokenAuthority[] {
  const { settings, log, machineClock } = house
  const fetchDocument = createDocumentFetcher(house.stopping)
  return settings.issuers.trusted.map((issuer) => {
    const keys = createIssuerKeys({
      issuer,
      fetchDocument,
      machineClock,
      onFailure: (error) =>
        log.warn({ err: error, issuer: issuer.issuer }, 'the keys of a trusted issuer could not be read'),
    })
    // Ahead of the first token; an issuer that is down keeps nobody from starting.
    if (house.does('api')) void keys.ask()
    return createExternalTokens({ issuer, keys, machineClock })
  })
}
