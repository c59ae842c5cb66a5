import { clientError, type AlmanacError } from './almanac-error.ts'
import type { Sha256 } from './sha256.ts'

export interface Verified {
  readonly sizeBytes: number
  /** Lower-case hex. */
  readonly sha256: string
}

export interface VerifyInput {
  /** What the bytes must be; null when nobody said. */
  readonly manifest: Verified | null
  readonly sha256: Sha256
  /** Told after each piece how many bytes have come. */
  readonly onBytes: (receivedBytes: number) => void
  readonly signal: AbortSignal | undefined
}

/** Passes a stream on, and ends it with an error instead of an end when the bytes were not those of the manifest. */
export function verifiedStream(
  source: ReadableStream<Uint8Array<ArrayBuffer>>,
  { manifest, sha256, onBytes, signal }: VerifyInput,
): { readonly body: ReadableStream<Uint8Array<ArrayBuffer>>; readonly verified: Promise<Verified> } {
  const reader = source.getReader()
  const { promise: verified, resolve, reject } = Promise.withResolvers<Verified>()
  // Whoever reads `body` learns of the failure there; not waiting for `verified` as well is fine.
  verified.catch(() => undefined)
  let sizeBytes = 0

  const body = new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      async pull(controller) {
        try {
          const { done, value } = await reader.read().catch((cause: unknown) => {
            throw signal?.aborted === true ? signal.reason : brokenAfter(sizeBytes, cause)
          })
          if (done) {
            const actual = { sizeBytes, sha256: sha256.digestHex() }
            refuseOther(actual, manifest)
            resolve(actual)
            controller.close()
            return
          }
          sizeBytes += value.byteLength
          sha256.update(value)
          controller.enqueue(value)
          onBytes(sizeBytes)
        } catch (error) {
          reject(error)
          controller.error(error)
          await reader.cancel(error).catch(() => undefined)
        }
      },
      async cancel(reason) {
        reject(reason ?? clientError('network', 'The download was given up'))
        await reader.cancel(reason)
      },
    },
    // Nothing is read ahead: the reader's pace is the network's.
    { highWaterMark: 0 },
  )
  return { body, verified }
}

function refuseOther(actual: Verified, manifest: Verified | null): void {
  if (manifest === null) return
  if (actual.sizeBytes !== manifest.sizeBytes) {
    throw clientError(
      'checksum_mismatch',
      `The file has ${actual.sizeBytes} bytes where the manifest says ${manifest.sizeBytes}`,
    )
  }
  if (actual.sha256 !== manifest.sha256.toLowerCase()) {
    throw clientError('checksum_mismatch', "The file's SHA-256 is not that of the manifest: its bytes were altered")
  }
}

function brokenAfter(sizeBytes: number, cause: unknown): AlmanacError {
  return clientError('network', `The connection broke after ${sizeBytes} bytes`, { cause })
}
