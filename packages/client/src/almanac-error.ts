import type { Detail } from '@almanac/api'

/** What a call can fail with besides a refusal of the service, whose codes come with the answer. */
export type ClientErrorCode =
  /** The service could not be reached, or the connection broke. */
  | 'network'
  /** An answer that is not of this API: a proxy's page, say. */
  | 'unreadable_answer'
  /** A link that leads to another server, which must not see the token. */
  | 'foreign_link'
  | 'execution_failed'
  /** The execution has no file to download. */
  | 'no_file'
  /** The file is not the one that the manifest describes. */
  | 'checksum_mismatch'

interface AlmanacErrorInput {
  readonly message: string
  readonly code: string
  readonly status?: number | null
  readonly details?: readonly Detail[]
  readonly requestId?: string | null
  readonly retryAfterSeconds?: number | null
  readonly cause?: unknown
}

/** The one error that the client raises, beside the reason of an `AbortSignal`. `message` is made for people. */
export class AlmanacError extends Error {
  override readonly name = 'AlmanacError'
  /** Made for programs: the code of the service's refusal, or a `ClientErrorCode`. */
  readonly code: string
  /** The HTTP status, null when there was no answer. */
  readonly status: number | null
  /** Everything that is wrong with the request; query errors say where in the text. */
  readonly details: readonly Detail[]
  /** What to tell the people who run the service. */
  readonly requestId: string | null
  /** When the service asks to be asked again, of a 429 for one; null where it doesn't say. */
  readonly retryAfterSeconds: number | null

  constructor({ message, code, status, details, requestId, retryAfterSeconds, cause }: AlmanacErrorInput) {
    super(message, cause === undefined ? {} : { cause })
    this.code = code
    this.status = status ?? null
    this.details = details ?? []
    this.requestId = requestId ?? null
    this.retryAfterSeconds = retryAfterSeconds ?? null
  }
}

/** An error that the client finds itself. */
export function clientError(
  code: ClientErrorCode,
  message: string,
  more: { readonly status?: number; readonly cause?: unknown } = {},
): AlmanacError {
  return new AlmanacError({ code, message, ...more })
}
