import { createHash, X509Certificate } from 'node:crypto'
import { AppError } from '../kernel/app-error.ts'
import type { ClientCertificate } from './client-certificate.ts'

const leastKeyBits = 2_048
// One certificate has two thousand bytes or so.
const mostBytes = 64 * 1_024

/**
 * What is kept of a certificate (PEM or DER), whose key then signs the client's assertions. Who issued it plays no part:
 * it is trusted because it was registered. Raises `invalid_request` for what is no certificate, has no RSA key of 2,048
 * bits, or has expired.
 */
export function readCertificate(bytes: Buffer, clientId: string, now: number): ClientCertificate {
  const certificate = parse(bytes)
  const { publicKey, raw, subject, validFromDate, validToDate } = certificate
  const bits = publicKey.asymmetricKeyDetails?.modulusLength ?? 0
  if (publicKey.asymmetricKeyType !== 'rsa' || bits < leastKeyBits) {
    throw refused(`The certificate's key must be an RSA key of at least ${leastKeyBits} bits`)
  }
  const expiresAt = validToDate.getTime()
  if (expiresAt <= now) throw refused(`The certificate expired at ${validToDate.toISOString()}`)
  return {
    clientId,
    thumbprint: createHash('sha256').update(raw).digest('base64url'),
    thumbprintSha1: createHash('sha1').update(raw).digest('base64url'),
    publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    subject: subject.replaceAll('\n', ', '),
    validFromAt: validFromDate.getTime(),
    expiresAt,
    createdAt: now,
    lastUsedAt: null,
  }
}

function parse(bytes: Buffer): X509Certificate {
  if (bytes.length > mostBytes) throw refused('The certificate is too large')
  // People keep both in one file, and then send it.
  if (bytes.includes('PRIVATE KEY')) {
    throw refused('The file holds a private key: send the certificate alone, and keep the key to yourself')
  }
  try {
    return new X509Certificate(bytes)
  } catch (cause) {
    throw new AppError(
      'invalid_request',
      { sentence: 'This is no X.509 certificate (PEM or DER)', field: 'certificate' },
      { cause },
    )
  }
}

function refused(sentence: string): AppError {
  return new AppError('invalid_request', { sentence, field: 'certificate' })
}
