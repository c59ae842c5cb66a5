import { BlobStoreUnavailable } from '../../artifacts/blob-store-unavailable.ts'

/**
 * Asks a service for something, for at most `limitMs`, its own retries included. What it fails with is a
 * `BlobStoreUnavailable` that names the deed; when `outer` aborted, that signal's reason.
 */
export async function reach<Result>(
  deed: string,
  limitMs: number,
  ask: (signal: AbortSignal) => Promise<Result>,
  outer?: AbortSignal,
): Promise<Result> {
  outer?.throwIfAborted()
  const limit = new AbortController()
  // Not `AbortSignal.timeout`: it would go on to cut the bytes of an answer that came in time.
  const timer = setTimeout(() => limit.abort(), limitMs)
  try {
    return await ask(outer === undefined ? limit.signal : AbortSignal.any([limit.signal, outer]))
  } catch (error) {
    outer?.throwIfAborted()
    const said = limit.signal.aborted ? `no answer within ${limitMs / 1_000} s` : inWords(error)
    throw new BlobStoreUnavailable(`The store of files failed to ${deed}: ${said}`, { cause: error })
  } finally {
    clearTimeout(timer)
  }
}

/** Both services put more into a message than one line, Azure the whole request among it. */
function inWords(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const { code, statusCode, $metadata } = error as {
    readonly code?: unknown
    readonly statusCode?: unknown
    readonly $metadata?: { readonly httpStatusCode?: number }
  }
  const status = statusCode ?? $metadata?.httpStatusCode
  const words = [error.name, code, status].filter((word) => typeof word === 'string' || typeof word === 'number')
  const [line = ''] = error.message.split('\n')
  return `${[...new Set(words)].join(' ')}${line === '' ? '' : `: ${line.slice(0, 300)}`}`
}
