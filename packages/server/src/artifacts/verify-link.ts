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
  /** Whether a client is known and disabled, by itself or with its account. */
  readonly isKeptOut: (clientId: string) => Promise<boolean>
}

/** The parts of a link as they were sent; any may be missing. */
export interface VerifyLinkInput {
  readonly artifactId: string
  readonly account?: string | undefined
  readonly client?: string | undefined
  readonly expires?: string | undefined
  readonly key?: string | undefined
  readonly once?: string | undefined
  readonly bound?: string | undefined
  readonly signature?: string | undefined
  /** Where the request comes from. */
  readonly network: string
}

/** A link that is good. */
export interface GoodLink {
  readonly artifact: Artifact
  /** What to note when the file is sent; null for a link that works until it ends. */
  readonly once: { readonly id: string; readonly endsAt: number } | null
}

/**
 * Finds the file of a link. Raises `link_refused` for a link that we didn't make, whose key is gone, whose client is kept
 * out, or that is asked for from elsewhere, `link_expired`, and `artifact_gone` when the file was removed. What the link says is believed only once its signature is: so nobody
 * learns from the answers whether a file, an account or an expired link exists.
 */
export async function verifyLink(deps: VerifyLinkDeps, input: VerifyLinkInput): Promise<GoodLink> {
  const { keys, clock, artifacts, isKeptOut } = deps
  const { artifactId, account: accountId, client: clientId, expires, key: keyId, once = null, signature } = input
  if (
    accountId === undefined ||
    clientId === undefined ||
    expires === undefined ||
    keyId === undefined ||
    signature === undefined
  ) {
    throw new AppError('link_refused', { reason: 'a part of the link is missing' })
  }
  const key = await keys.find(keyId)
  if (key === undefined) throw new AppError('link_refused', { reason: 'no such key' })
  // What binds a link is signed: who takes `bound` out, or comes from elsewhere, makes other claims.
  const network = input.bound === undefined ? null : input.network
  const claims = { artifactId, accountId, clientId, expires, once, network }
  if (!sameSignature(linkSignature(key, claims), signature)) {
    throw new AppError('link_refused', { reason: 'wrong signature, or another address than it is bound to' })
  }
  const expiredAt = Number(expires) * secondMs
  if (clock.now() >= expiredAt) throw new AppError('link_expired', { expiredAt })
  if (await isKeptOut(clientId)) throw new AppError('link_refused', { reason: 'its client is disabled' })
  const artifact = await artifacts.findForLink(accountId, artifactId)
  if (artifact === undefined) {
    throw new AppError('artifact_gone', { sentence: 'The file has been removed, with its report or after its time' })
  }
  return { artifact, once: once === null ? null : { id: once, endsAt: expiredAt } }
}
