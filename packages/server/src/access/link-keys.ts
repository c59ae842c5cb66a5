import { createSecretKey, randomBytes, type KeyObject } from 'node:crypto'
import { createKeyRing, timesOf, type KeyRingDeps, type RingKey } from './key-ring.ts'

export interface LinkKey extends RingKey {
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
    makeMaterial: makeLinkKeyMaterial,
    read: (stored) => Promise.resolve({ ...timesOf(stored), secret: createSecretKey(stored.material, 'base64url') }),
  })
}

/** A new secret, as it is kept. */
export function makeLinkKeyMaterial(): Promise<string> {
  return Promise.resolve(randomBytes(32).toString('base64url'))
}
