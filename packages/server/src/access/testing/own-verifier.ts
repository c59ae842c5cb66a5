import type { Caller } from '../caller.ts'
import { createOwnTokens, type OwnTokensDeps } from '../own-tokens.ts'
import { createTokenVerifier, type TokenVerifierDeps } from '../verify-token.ts'

/** A verifier of the installation's own tokens, and no others. */
export function createOwnVerifier(
  deps: OwnTokensDeps & Pick<TokenVerifierDeps, 'clients'>,
): (token: string) => Promise<Caller> {
  const verify = createTokenVerifier({ ...deps, authorities: [createOwnTokens(deps)] })
  return async (token) => verify(token)
}
