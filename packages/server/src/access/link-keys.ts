import { createSecretKey, randomBytes, type KeyObject } from 'node:crypto'
import { createKeyRing, type KeyRingDeps } from './key-ring.ts'

export interface LinkKey {
  readonly id: string
  /** 32 random bytes, prepared for use once: preparing them costs more than a signature. */
  readonly secret: KeyObject
}

/** The keys that sign download links, as `artifacts/` needs them. */
export interface LinkKeys {
  newest(): Promise<LinkKey>
  find(id: string): Promise<LinkKey | undefined>
}

export function createLinkKeys(deps: KeyRingDeps): LinkKeys {
  return createKeyRing<LinkKey>(deps, {
    purpose: 'link',
    makeMaterial: () => Promise.resolve(randomBytes(32).toString('base64url')),
    read: (stored) => Promise.resolve({ id: stored.id, secret: createSecretKey(stored.material, 'base64url') }),
  })
}
