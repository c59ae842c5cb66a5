import { operations } from '@almanac/api'
import { verifyLink, type VerifyLinkDeps } from '../../artifacts/verify-link.ts'
import { operationRoute } from '../operation-route.ts'
import { sendArtifact, type SendArtifactDeps } from '../send-artifact.ts'

export const downloadRoute = (deps: SendArtifactDeps & { readonly links: VerifyLinkDeps }) =>
  operationRoute(operations.download, async ({ params, query, method, headers }, reply) => {
    const artifact = await verifyLink(deps.links, { ...query, artifactId: params.artifactId })
    return sendArtifact(deps, { method, headers }, reply, artifact)
  })
