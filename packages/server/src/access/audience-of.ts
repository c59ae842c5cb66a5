import type { TokenVersion } from './issuer.ts'
import { OAuthError } from './oauth-error.ts'

/**
 * The accepted audience that a request's `resource` (v1) or `scope` (v2.0: the resource followed by `/.default`) names.
 * A final slash makes no difference. Raises `unknown_resource`, `invalid_scope`.
 */
export function audienceOf(target: string, version: TokenVersion, accepted: readonly string[]): string {
  const resource = version === '1.0' ? target : resourceOfScope(target)
  const audience = accepted.find((candidate) => withoutSlash(candidate) === withoutSlash(resource))
  if (audience === undefined) throw new OAuthError('unknown_resource', { resource, accepted })
  return audience
}

function resourceOfScope(scope: string): string {
  // `openid` and the like may stand beside the resource; they give a client without a user nothing.
  const [resourceScope, ...more] = scope.split(/\s+/).filter((word) => word.includes('/'))
  if (resourceScope === undefined || more.length > 0 || !resourceScope.endsWith('/.default')) {
    throw new OAuthError('invalid_scope', { scope })
  }
  return resourceScope.slice(0, -'/.default'.length)
}

function withoutSlash(url: string): string {
  return url.endsWith('/') ? url.slice(0, -1) : url
}
