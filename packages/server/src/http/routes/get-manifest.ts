import { operations } from '@almanac/api'
import { operationRoute } from '../operation-route.ts'
import { requireArtifact, type RequireArtifactDeps } from '../require-artifact.ts'

export const getManifestRoute = (deps: RequireArtifactDeps) =>
  operationRoute(operations.getManifest, async ({ params, caller }) => {
    const artifact = await requireArtifact(deps, caller(), params)
    return artifact.manifest
  })
