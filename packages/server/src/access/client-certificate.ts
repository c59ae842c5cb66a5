/** A certificate whose key signs a client's assertions. Its private key never comes here. */
export interface ClientCertificate {
  readonly clientId: string
  /** SHA-256 of the certificate, base64url: the `x5t#S256` of an assertion. It is its id too. */
  readonly thumbprint: string
  /** SHA-1, base64url: the `x5t` of an assertion. It only says which key is meant. */
  readonly thumbprintSha1: string
  /** PEM (SPKI). */
  readonly publicKey: string
  readonly subject: string
  readonly validFromAt: number
  readonly expiresAt: number
  readonly createdAt: number
  /** To the minute. */
  readonly lastUsedAt: number | null
}

/** How many that have not expired a client may have. */
export const mostLiveCertificates = 4
