import type { AuditSource } from '../kernel/audit-entry.ts'
import type { Clock } from '../kernel/clock.ts'
import { hourMs, secondMs, toWireTime } from '../kernel/hours.ts'
import type { NewId } from '../kernel/ids.ts'
import { keysReadEveryMs, newKey } from './key-ring.ts'
import type { KeyStore, StoredKey } from './key-store.ts'
import { makeLinkKeyMaterial } from './link-keys.ts'
import { tokenLifetimeSeconds } from './token-claims.ts'
import { makeTokenKeyMaterial } from './token-keys.ts'

export interface RotateKeyDeps {
  readonly keys: KeyStore
  readonly clock: Clock
  readonly newId: NewId
  /** How long download links live. */
  readonly linkLifetimeHours: number
}

/**
 * `overlap`: the old keys verify until the last token or link that they signed has ended, so nothing that is valid is
 * refused. `at-once`: they end now, and all that they signed with them; for a key that somebody else has.
 */
export type Changeover = 'overlap' | 'at-once'

// A server that has just read its keys, one whose clock is a little off, and a request that is on its way.
const settleMs = 2 * keysReadEveryMs
const marginMs = 60 * secondMs

/** Puts a new key in the place of those of its purpose. */
export async function rotateKey(
  deps: RotateKeyDeps,
  source: AuditSource,
  input: { readonly purpose: StoredKey['purpose']; readonly changeover: Changeover },
): Promise<StoredKey> {
  const { purpose, changeover } = input
  const now = deps.clock.now()
  const isGentle = changeover === 'overlap'
  // Until every server knows the new key, none signs with it: another one would refuse what it has signed.
  const signsFromAt = isGentle ? now + settleMs : now
  const othersEndAt = isGentle ? signsFromAt + settleMs + lifetimeMs(deps)[purpose] + marginMs : now
  const key: StoredKey = { ...(await newKey(deps, { purpose, makeMaterial: makers[purpose] })), signsFromAt }
  await deps.keys.rotate(
    key,
    { othersEndAt, forgetBeforeAt: now },
    {
      ...source,
      at: now,
      action: 'key.rotated',
      objectId: key.id,
      accountId: null,
      detail: { purpose, changeover, signsFrom: toWireTime(signsFromAt), othersEnd: toWireTime(othersEndAt) },
    },
  )
  return key
}

const makers: Readonly<Record<StoredKey['purpose'], () => Promise<string>>> = {
  token: makeTokenKeyMaterial,
  link: makeLinkKeyMaterial,
}

function lifetimeMs({ linkLifetimeHours }: RotateKeyDeps): Readonly<Record<StoredKey['purpose'], number>> {
  return { token: tokenLifetimeSeconds * secondMs, link: linkLifetimeHours * hourMs }
}
