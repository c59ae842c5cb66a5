/** A secret that the installation made for itself: `token` keys sign tokens, `link` keys sign download links. */
export interface StoredKey {
  readonly id: string
  readonly purpose: 'token' | 'link'
  /** `token`: a private JWK as JSON text. `link`: base64url of 32 random bytes. */
  readonly material: string
  readonly createdAt: number
}

/** Port: keys, newest first. The newest signs; all of them verify. */
export interface KeyStore {
  list(purpose: StoredKey['purpose']): Promise<readonly StoredKey[]>
  /** Adds the key unless the purpose already has one younger than `unlessSince`; two servers starting at once make one. */
  insertUnless(key: StoredKey, unlessSince: number): Promise<void>
}
