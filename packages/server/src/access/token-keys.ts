import { exportJWK, generateKeyPair, importJWK, type CryptoKey, type JSONWebKeySet, type JWK } from 'jose'
import { invariant } from '../kernel/invariant.ts'
import { createKeyRing, timesOf, type KeyRing, type KeyRingDeps, type RingKey } from './key-ring.ts'
import type { StoredKey } from './key-store.ts'

/** RS256: the fastest to verify, and the one that every client library knows. Nothing else is ever accepted. */
export const tokenAlgorithm = 'RS256'

/** A key whose id is the `kid` of the tokens it signs. */
export interface TokenKey extends RingKey {
  readonly privateKey: CryptoKey
  readonly publicKey: CryptoKey
  readonly publicJwk: JWK
}

export type TokenKeys = KeyRing<TokenKey>

export function createTokenKeys(deps: KeyRingDeps): TokenKeys {
  return createKeyRing(deps, { purpose: 'token', makeMaterial: makeTokenKeyMaterial, read })
}

/** The key set as published: public halves only, newest first. */
export async function publicKeySet(keys: TokenKeys): Promise<JSONWebKeySet> {
  return { keys: (await keys.all()).map((key) => key.publicJwk) }
}

/** A new private key, as it is kept. */
export async function makeTokenKeyMaterial(): Promise<string> {
  const { privateKey } = await generateKeyPair(tokenAlgorithm, { modulusLength: 2048, extractable: true })
  return JSON.stringify(await exportJWK(privateKey))
}

async function read(stored: StoredKey): Promise<TokenKey | null> {
  const privateJwk = JSON.parse(stored.material) as JWK
  const { kty, n, e } = privateJwk
  // One key that we don't know must not keep us from all the others.
  if (kty !== 'RSA') return null
  invariant(n !== undefined && e !== undefined, `token key ${stored.id} is a whole RSA key`)
  // Written out field by field: what is published can't contain a private part by accident.
  const publicJwk: JWK = { kty, n, e, kid: stored.id, alg: tokenAlgorithm, use: 'sig' }
  const [privateKey, publicKey] = await Promise.all([
    importJWK(privateJwk, tokenAlgorithm),
    importJWK(publicJwk, tokenAlgorithm),
  ])
  invariant(!(privateKey instanceof Uint8Array) && !(publicKey instanceof Uint8Array), 'an RSA key is no shared secret')
  return { ...timesOf(stored), privateKey, publicKey, publicJwk }
}
