import { setTimeout } from 'node:timers/promises'
import { secondMs } from '../../kernel/hours.ts'
import { engineFailure } from './trino-failure.ts'

/**
 * How long a Trino that answers nothing, or that it is busy, is asked again: about a query that runs as long as its own
 * clients do it, for a new one as long as somebody may wait for a preview of it.
 */
export const patienceMs = { running: 120 * secondMs, beginning: 10 * secondMs } as const
const firstPauseMs = 50
const longestPauseMs = 2 * secondMs

// A proxy without its Trino, one that restarts, one that wants to be left alone for a moment.
const passing: ReadonlySet<number> = new Set([429, 502, 503, 504])

/**
 * One request of the client protocol, sent again while what keeps it from an answer may pass. Every GET of the protocol may
 * be repeated; a statement sent twice runs twice, and the one that nobody fetches is given up by Trino after some minutes.
 *
 * Rejects with `unreachable` when it doesn't pass, with `failed` for a refusal, and with the signal's reason.
 */
export async function askTrino(
  url: URL,
  init: RequestInit & { readonly signal: AbortSignal },
  forMs: number = patienceMs.running,
): Promise<Response> {
  const until = performance.now() + forMs
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(2 * pauseMs, longestPauseMs)) {
    init.signal.throwIfAborted()
    const answer = await fetch(url, { redirect: 'error', ...init }).catch((error: unknown) => {
      init.signal.throwIfAborted()
      return error instanceof Error ? error : new Error(String(error))
    })
    if (answer instanceof Response && answer.ok) return answer
    const isPassing = answer instanceof Error || passing.has(answer.status)
    const trouble = answer instanceof Error ? wordsOf(answer) : `${answer.status} ${await beginningOf(answer)}`
    if (!isPassing) throw engineFailure('failed', new Error(`Trino refuses: ${trouble}`))
    if (performance.now() + pauseMs > until)
      throw engineFailure('unreachable', new Error(`Trino can't be reached: ${trouble}`))
    await setTimeout(pauseMs, undefined, { signal: init.signal }).catch(() => init.signal.throwIfAborted())
  }
}

/** Reads an answer to its end. One that breaks off, or can't be read, is `unreachable`: another try may find it whole. */
export async function wholeOr<Read>(signal: AbortSignal, read: () => Promise<Read>): Promise<Read> {
  try {
    return await read()
  } catch (error) {
    signal.throwIfAborted()
    const trouble = error instanceof Error ? wordsOf(error) : String(error)
    throw engineFailure('unreachable', new Error(`Trino's answer broke off or can't be read: ${trouble}`))
  }
}

/** The first words: an error page of a proxy can be long. */
async function beginningOf(answer: Response): Promise<string> {
  return (await answer.text().catch(() => '')).slice(0, 200)
}

/** What is wrong with a connection stands in the cause of what `fetch` throws. */
function wordsOf({ message, cause }: Error): string {
  return cause instanceof Error ? `${message}: ${cause.message}` : message
}
