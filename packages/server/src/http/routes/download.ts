import { operations } from '@almanac/api'
import type { UsedLinks } from '../../artifacts/used-links.ts'
import { verifyLink, type VerifyLinkDeps } from '../../artifacts/verify-link.ts'
import { AppError } from '../../kernel/app-error.ts'
import { operationRoute } from '../operation-route.ts'
import { sendArtifact, type SendArtifactDeps } from '../send-artifact.ts'

export interface DownloadRouteDeps extends SendArtifactDeps {
  readonly links: VerifyLinkDeps & { readonly used: UsedLinks }
}

export const downloadRoute = (deps: DownloadRouteDeps) =>
  operationRoute(operations.download, async ({ params, query, method, headers, network }, reply) => {
    const { clock, used } = deps.links
    const { artifact, once } = await verifyLink(deps.links, {
      ...query,
      artifactId: params.artifactId,
      network: network(),
    })
    // Looking at its headers is no use of it. A download that breaks off is: nobody can tell it from one that was copied.
    if (once !== null && method !== 'HEAD' && !(await used.use(once, clock.now())))
      throw new AppError('link_used', { reason: 'it works once, and has' })
    return sendArtifact(deps, { method, headers }, reply, artifact)
  })
