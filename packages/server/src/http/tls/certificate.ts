import { X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { createSecureContext } from 'node:tls'

/** What a server proves itself with, as PEM. */
export interface Certificate {
  /** With those between it and its authority. */
  readonly cert: string
  readonly key: string
}

export interface CertificateFiles {
  readonly certFile: string
  readonly keyFile: string
}

/** Reads a certificate and its key. Throws in words when a file can't be read or the two don't belong together. */
export async function readCertificate({ certFile, keyFile }: CertificateFiles): Promise<Certificate> {
  const [cert, key] = await Promise.all([readPem(certFile), readPem(keyFile)])
  try {
    createSecureContext({ cert, key })
  } catch (error) {
    // What OpenSSL says has no part of the key in it.
    throw new Error(`${certFile} and ${keyFile} are no certificate with its key: ${messageOf(error)}.`, {
      cause: error,
    })
  }
  return { cert, key }
}

async function readPem(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    throw new Error(`The certificate can't be used: ${messageOf(error)}.`, { cause: error })
  }
}

/** The last day on which a certificate is good, as it says itself. */
export function validUntil({ cert }: Certificate): string {
  return new X509Certificate(cert).validTo
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
