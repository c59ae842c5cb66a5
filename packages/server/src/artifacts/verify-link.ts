import { AppError } from '../kernel/app-error.ts'
import type { Clock } from '../kernel/clock.ts'
import { secondMs } from '../kernel/hours.ts'
import type { ArtifactStore } from './artifact-store.ts'
import type { Artifact } from './artifact.ts'
import type { LinkKeys } from './link-keys.ts'
import { linkSignature, sameSignature } from './link-signature.ts'

export interface VerifyLinkDeps {
  readonly keys: LinkKeys
  readonly clock: Clock
  readonly artifacts: ArtifactStore
}

/** The parts of a link as they were sent; any may be missing. */
export interface VerifyLinkInput {
  readonly artifactId: string
  readonly account?: string | undefined
  readonly expires?: string | undefined
  readonly key?: string | undefined
  readonly signature?: string | undefined
}

/**
 * Finds the file of a link. Raises `link_refused` for a link that we didn't make or whose key is gone, `link_expired`,
 * and `artifact_gone` when the file was removed. What the link says is believed only once its signature is: so nobody
 * learns from the answers whether a file, an account or an expired link exists.
 */
export async function verifyLink(
  { keys, clock, artifacts }: VerifyLinkDeps,
  { artifactId, account, expires, key: keyId, signature }: VerifyLinkInput,
): Promise<Artifact> {
  if (account === undefined || expires === undefined || keyId === undefined || signature === undefined) {
    throw new AppError('link_refused', { reason: 'a part of the link is missing' })
  }
  const key = await keys.find(keyId)
  if (key === undefined) throw new AppError('link_refused', { reason: 'no such key' })
  if (!sameSignature(linkSignature(key, { artifactId, accountId: account, expires }), signature)) {
    throw new AppError('link_refused', { reason: 'wrong signature' })
  }
  const expiredAt = Number(expires) * secondMs
  if (clock.now() >= expiredAt) throw new AppError('link_expired', { expiredAt })
  const artifact = await artifacts.findForLink(account, artifactId)
  if (artifact === undefined) {
    throw new AppError('artifact_gone', { sentence: 'The file has been removed, with its report or after its time' })
  }
  return artifact
}
