import { secondMs } from '../../kernel/hours.ts'
import { readSegment } from './read-segment.ts'
import type { TrinoAnswer, TrinoRow } from './trino-answer.ts'
import { engineFailure, trinoFailure } from './trino-failure.ts'
import { credentials, statementHeaders } from './trino-headers.ts'
import { askTrino, patienceMs, wholeOr } from './trino-http.ts'
import type { TrinoConnection, TrinoErrand } from './trino-settings.ts'
import type { TrinoTalk } from './trino-talk.ts'

/** Some rows of a result, never none. */
export interface TrinoPage {
  /** What the result calls its columns. */
  readonly names: readonly string[]
  readonly rows: readonly TrinoRow[]
}

const farewellMs = 5 * secondMs

/**
 * Runs a statement and gives its rows, some at a time, as they come: POST → nextUri → nextUri → … The next answer is asked
 * for while these rows are worked on, and no further one, so memory holds two. Whoever stops in between, by the signal, by
 * an error or by asking for no more, has the query called off.
 *
 * Throws `EngineError`, or the signal's reason.
 */
export async function* runStatement(
  connection: TrinoConnection,
  sql: string,
  errand: TrinoErrand,
  signal: AbortSignal,
): AsyncGenerator<TrinoPage, void, undefined> {
  const base = new URL(connection.url)
  const talk: TrinoTalk = {
    base,
    headers: await credentials(connection),
    signal,
    at(uri) {
      const { pathname, search } = new URL(uri)
      const url = new URL(base)
      // Part by part: as one text, a path that begins with two slashes would name another host.
      url.pathname = pathname
      url.search = search
      return url
    },
  }
  const headers = await statementHeaders(connection, errand)
  const post = { method: 'POST', headers, body: sql, signal }
  const first = await askTrino(new URL('/v1/statement', base), post, patienceMs.beginning)
  let answer = await answerIn(first, signal)
  let following: Promise<TrinoAnswer> | undefined
  try {
    for (;;) {
      if (answer.error !== undefined) throw trinoFailure(answer.error)
      following = answer.nextUri === undefined ? undefined : ask(answer.nextUri, talk)
      // Its failure is met when it is waited for.
      following?.catch(() => undefined)
      const names = (answer.columns ?? []).map(({ name }) => name)
      for await (const rows of rowsOf(answer, talk)) yield { names, rows }
      if (following === undefined) return
      answer = await following
    }
  } finally {
    if (answer.nextUri !== undefined) await callOff(answer.nextUri, talk, following)
  }
}

async function ask(nextUri: string, { at, headers, signal }: TrinoTalk): Promise<TrinoAnswer> {
  return answerIn(await askTrino(at(nextUri), { headers, signal }), signal)
}

/** An answer, whole and Trino's own: one without an id, of whoever stands before it, must not pass for the last of a result. */
async function answerIn(response: Response, signal: AbortSignal): Promise<TrinoAnswer> {
  const answer = await wholeOr(signal, async () => (await response.json()) as TrinoAnswer | null)
  if (typeof answer?.id !== 'string') throw engineFailure('unreachable', new Error('The answer is none of Trino’s'))
  return answer
}

async function* rowsOf({ data }: TrinoAnswer, talk: TrinoTalk): AsyncGenerator<readonly TrinoRow[], void, undefined> {
  if (data === undefined) return
  if (!('segments' in data)) {
    if (data.length > 0) yield data
    return
  }
  for (const segment of data.segments) yield readSegment(segment, data.encoding, talk)
}

/** Tells Trino that nobody wants the rest. One that doesn't hear of it ends the query by its own limit. */
async function callOff(nextUri: string, talk: TrinoTalk, following: Promise<TrinoAnswer> | undefined): Promise<void> {
  // The answer under way may be the one that the next address stands in.
  const latest = talk.signal.aborted ? undefined : await following?.catch(() => undefined)
  const uri = latest === undefined ? nextUri : latest.nextUri
  if (uri === undefined) return
  await fetch(talk.at(uri), { method: 'DELETE', headers: talk.headers, signal: AbortSignal.timeout(farewellMs) })
    .then((answer) => answer.body?.cancel())
    .catch(() => undefined)
}
