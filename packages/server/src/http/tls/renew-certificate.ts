import type { Clock } from '../../kernel/clock.ts'
import { secondMs } from '../../kernel/hours.ts'
import { readCertificate, type Certificate, type CertificateFiles } from './certificate.ts'

export interface RenewCertificateDeps {
  readonly files: CertificateFiles
  /** The one in use. */
  readonly certificate: Certificate
  readonly clock: Clock
  /** Puts another one to use: connections that are open keep theirs. */
  readonly use: (certificate: Certificate) => void
  readonly onRenewed: (certificate: Certificate) => void
  readonly onFailure: (error: unknown) => void
}

/** How soon a new certificate is seen. */
export const renewEverySeconds = 10

/**
 * Looks at the files again and again, and puts a certificate that has changed to use. By content: watching for changes
 * misses those of network disks and of secrets that are mounted as links. A pair that doesn't belong together, because
 * only one of the files has been written yet, is told once and tried again; the old one stays in use. Ends with `signal`.
 */
export async function renewCertificate(deps: RenewCertificateDeps, signal: AbortSignal): Promise<void> {
  const { files, clock, use, onRenewed, onFailure } = deps
  let inUse = deps.certificate
  let told = ''
  for (;;) {
    await clock.waitUntil(clock.now() + renewEverySeconds * secondMs, signal)
    if (signal.aborted) return
    try {
      const found = await readCertificate(files)
      told = ''
      if (found.cert === inUse.cert && found.key === inUse.key) continue
      use(found)
      inUse = found
      onRenewed(found)
    } catch (error) {
      if (String(error) !== told) onFailure(error)
      told = String(error)
    }
  }
}
