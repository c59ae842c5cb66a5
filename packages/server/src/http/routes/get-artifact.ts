import { operations } from '@almanac/api'
import { operationRoute } from '../operation-route.ts'
import { requireArtifact, type RequireArtifactDeps } from '../require-artifact.ts'
import { sendArtifact, type SendArtifactDeps } from '../send-artifact.ts'

export const getArtifactRoute = (deps: RequireArtifactDeps & SendArtifactDeps) =>
  operationRoute(operations.getArtifact, async ({ params, method, headers, caller }, reply) => {
    const artifact = await requireArtifact(deps, caller(), params)
    return sendArtifact(deps, { method, headers }, reply, artifact)
  })
