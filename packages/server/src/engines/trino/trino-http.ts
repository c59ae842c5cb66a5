import { setTimeout } from 'node:timers/promises'
import type { EngineErrorCode } from '../../datasets/query-engine.ts'
import { secondMs } from '../../kernel/hours.ts'
import { engineFailure } from './trino-failure.ts'

/**
 * How long a Trino that answers nothing, or that it is busy, is asked again: about a query that runs as long as its own
 * clients do it, for a new one as long as somebody may wait for a preview of it.
 */
export const patienceMs = { running: 120 * secondMs, beginning: 10 * secondMs } as const
const firstPauseMs = 50
const longestPauseMs = 2 * secondMs

/** Who is asked: which of its answers may be others a moment later, and what it means when it refuses. */
export interface Counterpart {
  readonly name: string
  /** Statuses. */
  readonly passing: ReadonlySet<number>
  readonly refusal: (status: number) => EngineErrorCode
}

export const coordinator: Counterpart = {
  name: 'Trino',
  // A proxy without its Trino, one that restarts, one that wants to be left alone for a moment.
  passing: new Set([429, 502, 503, 504]),
  // Who may not ask may not read.
  refusal: (status) => (status === 401 || status === 403 ? 'unreadable_data' : 'failed'),
}

export const segmentStorage: Counterpart = {
  name: "The storage of Trino's segments",
  // S3 says 500 now and then, as does a coordinator that passes a segment on and can't read it.
  passing: new Set([408, 429, 500, 502, 503, 504]),
  // An address that is too old, a segment that is gone: another run gets others.
  refusal: () => 'unreachable',
}

/**
 * One request of the client protocol, sent again while what keeps it from an answer, whole, may pass. Every GET of the
 * protocol may be repeated; a statement sent twice runs twice, and the one that nobody fetches is given up by Trino after
 * some minutes. Gives the body.
 *
 * Rejects with `unreachable` when it doesn't pass, as the counterpart says for a refusal, and with the signal's reason.
 */
export async function askTrino(
  url: URL,
  init: RequestInit & { readonly signal: AbortSignal },
  of: Counterpart = coordinator,
  forMs: number = patienceMs.running,
): Promise<Buffer> {
  const until = performance.now() + forMs
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(2 * pauseMs, longestPauseMs)) {
    init.signal.throwIfAborted()
    const answer = await answerOf(url, init)
    if (!(answer instanceof Error) && answer.isGood) return answer.body
    const isPassing = answer instanceof Error || of.passing.has(answer.status)
    if (!isPassing) throw engineFailure(of.refusal(answer.status), new Error(`${of.name} refuses: ${wordsOf(answer)}`))
    if (performance.now() + pauseMs > until)
      throw engineFailure('unreachable', new Error(`${of.name} can't be reached: ${wordsOf(answer)}`))
    await setTimeout(pauseMs, undefined, { signal: init.signal }).catch(() => init.signal.throwIfAborted())
  }
}

interface Answer {
  readonly isGood: boolean
  readonly status: number
  readonly body: Buffer
}

/** An answer to its end; one that breaks off is none. */
async function answerOf(url: URL, init: RequestInit & { readonly signal: AbortSignal }): Promise<Answer | Error> {
  try {
    // Nobody of the protocol sends on but to a segment.
    const answer = await fetch(url, { redirect: 'manual', ...init })
    return { isGood: answer.ok, status: answer.status, body: Buffer.from(await answer.arrayBuffer()) }
  } catch (error) {
    init.signal.throwIfAborted()
    return error instanceof Error ? error : new Error(String(error))
  }
}

function wordsOf(answer: Answer | Error): string {
  // What is wrong with a connection stands in the cause of what `fetch` throws.
  if (answer instanceof Error)
    return answer.cause instanceof Error ? `${answer.message}: ${answer.cause.message}` : answer.message
  // An error page of a proxy can be long.
  const said = `${answer.status} ${answer.body.toString('utf8', 0, 200)}`.trim()
  return answer.status === 401
    ? `${said} (look at trino.user, and at what trino.passwordFile or trino.tokenFile holds)`
    : said
}

/** What JSON says. Rejects with `unreachable` where it is none: a page of somebody else, which another try may not meet. */
export function readJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch (error) {
    throw engineFailure('unreachable', new Error(`The answer is none of Trino's: ${String(error)}`))
  }
}
