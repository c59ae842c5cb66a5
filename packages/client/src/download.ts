import { clientError } from './almanac-error.ts'
import { lowerCamelKeys, readJson, readRefusal } from './read-answer.ts'
import { send, type Fetch } from './send.ts'
import type { Sha256 } from './sha256.ts'
import type { Transport } from './transport.ts'
import { verifiedStream, type Verified } from './verified-stream.ts'
import type { Execution, Manifest } from './wire-types.ts'

export interface DownloadProgress {
  readonly receivedBytes: number
  /** Null when the service did not say how many there are. */
  readonly totalBytes: number | null
}

export interface DownloadOptions {
  readonly onProgress?: (progress: DownloadProgress) => void
  readonly signal?: AbortSignal
}

export interface Download {
  /** What the file holds; null when the service has no manifests, as the real one has none. */
  readonly manifest: Manifest | null
  /**
   * The file. It ends with an error, `checksum_mismatch`, when length or SHA-256 are not those of the manifest: a pipe
   * that ended without one has moved the right bytes. Nothing is held in memory beyond the piece being read.
   */
  readonly body: ReadableStream<Uint8Array<ArrayBuffer>>
  /** Resolves when `body` was read to its end and is right; rejects as `body` does. */
  readonly verified: Promise<Verified>
}

/** Starts to download the file of a completed execution by its secure link, and checks it against its manifest. */
export async function download(
  deps: { readonly transport: Transport; readonly fetch: Fetch; readonly createSha256: () => Sha256 },
  execution: Execution,
  { onProgress, signal }: DownloadOptions,
): Promise<Download> {
  const link = execution.reportAccessSecureLink
  if (link === null || link === '') {
    throw clientError(
      'no_file',
      `The execution ${execution.executionId} is ${execution.executionStatus}: it has no file`,
    )
  }
  const manifest = await findManifest(deps.transport, execution, signal)
  // The link is its own proof: the token stays here, whoever serves the file.
  const response = await send(deps.fetch, link, signal === undefined ? {} : { signal })
  if (!response.ok) throw await readRefusal(response)
  if (response.body === null) throw clientError('unreadable_answer', 'The answer to the download has no body')
  const totalBytes = manifest?.sizeBytes ?? lengthOf(response)
  return {
    manifest,
    ...verifiedStream(response.body, {
      manifest,
      sha256: deps.createSha256(),
      onBytes: (receivedBytes) => onProgress?.({ receivedBytes, totalBytes }),
      signal,
    }),
  }
}

async function findManifest(
  transport: Transport,
  { executionId }: Execution,
  signal: AbortSignal | undefined,
): Promise<Manifest | null> {
  const path = `ScheduledReport/artifact/${encodeURIComponent(executionId)}/manifest`
  const response = await transport.fetch({ method: 'GET', path, signal })
  if (response.ok) return lowerCamelKeys(await readJson(response)) as Manifest
  const refusal = await readRefusal(response)
  // Another service knows no manifests. If it is the file that is gone, its link says so.
  if (refusal.status === 404) return null
  throw refusal
}

/** The length of the file, unless it travels compressed: then the header counts other bytes than the reader does. */
function lengthOf({ headers }: Response): number | null {
  const length = headers.get('content-length')
  return length === null || headers.has('content-encoding') ? null : Number(length)
}
