import { secondMs } from '../../kernel/hours.ts'
import { createHeartbeat } from './heartbeat.ts'
import { readSegment } from './read-segment.ts'
import type { TrinoAnswer, TrinoRow } from './trino-answer.ts'
import { engineFailure, trinoFailure } from './trino-failure.ts'
import { credentials, statementHeaders } from './trino-headers.ts'
import { askTrino, coordinator, patienceMs, readJson } from './trino-http.ts'
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
 * Runs a statement and gives its rows, some at a time, as they come: POST → nextUri → nextUri → …, and where an answer says
 * so, the segments that the rows are in. The following rows are asked for while these are worked on, and no further ones,
 * so memory holds two answers or two segments. Whoever stops in between, by the signal, by an error or by asking for no
 * more, has the query called off.
 *
 * Throws `EngineError`, or the signal's reason.
 */
export async function* runStatement(
  connection: TrinoConnection,
  sql: string,
  errand: TrinoErrand,
  signal: AbortSignal,
): AsyncGenerator<TrinoPage, void, undefined> {
  const talk = await beginTalk(connection, signal)
  const headers = { ...talk.headers, ...statementHeaders(connection, errand) }
  const enough = new AbortController()
  const pages = pagesOf(answersTo(sql, headers, talk), {
    ...talk,
    signal: AbortSignal.any([signal, enough.signal]),
  })
  let following = pages.next()
  try {
    for (;;) {
      const page = await following
      if (page.done === true) return
      following = pages.next()
      // Its failure is met when it is waited for.
      following.catch(() => undefined)
      yield page.value
    }
  } finally {
    // A segment on its way is of no use any more. An answer is: the next address may stand in it.
    enough.abort()
    await pages.return()
  }
}

async function beginTalk(connection: TrinoConnection, signal: AbortSignal): Promise<TrinoTalk> {
  const base = new URL(connection.url)
  return {
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
}

/** The answers to a statement, one by one. Called off when the rest isn't asked for. */
async function* answersTo(
  sql: string,
  headers: Readonly<Record<string, string>>,
  talk: TrinoTalk,
): AsyncGenerator<TrinoAnswer, void, undefined> {
  const { base, signal } = talk
  const post = { method: 'POST', headers, body: sql, signal }
  let answer = answerIn(await askTrino(new URL('/v1/statement', base), post, coordinator, patienceMs.beginning))
  try {
    for (;;) {
      if (answer.error !== undefined) throw trinoFailure(answer.error)
      yield answer
      if (answer.nextUri === undefined) return
      answer = answerIn(await askTrino(talk.at(answer.nextUri), { headers: talk.headers, signal }))
    }
  } finally {
    if (answer.nextUri !== undefined) await callOff(answer.nextUri, talk)
  }
}

/** An answer of Trino's own: one without an id, of whoever stands before it, must not pass for the last of a result. */
function answerIn(body: Buffer): TrinoAnswer {
  const answer = readJson(body) as TrinoAnswer | null
  if (typeof answer?.id !== 'string') throw engineFailure('unreachable', new Error('The answer is none of Trino’s'))
  return answer
}

async function* pagesOf(
  answers: AsyncIterable<TrinoAnswer>,
  talk: TrinoTalk,
): AsyncGenerator<TrinoPage, void, undefined> {
  for await (const answer of answers) {
    const names = (answer.columns ?? []).map(({ name }) => name)
    for await (const rows of rowsOf(answer, talk)) if (rows.length > 0) yield { names, rows }
  }
}

async function* rowsOf(
  { data, nextUri }: TrinoAnswer,
  talk: TrinoTalk,
): AsyncGenerator<readonly TrinoRow[], void, undefined> {
  if (data === undefined) return
  if (!('segments' in data)) {
    yield data
    return
  }
  const beat = createHeartbeat(talk, nextUri)
  for (const segment of data.segments) {
    await beat()
    yield await readSegment(segment, data.encoding, talk)
  }
}

/** Tells Trino that nobody wants the rest. One that doesn't hear of it ends the query by its own limit. */
async function callOff(nextUri: string, { at, headers }: TrinoTalk): Promise<void> {
  await fetch(at(nextUri), { method: 'DELETE', headers, signal: AbortSignal.timeout(farewellMs) })
    .then((answer) => answer.body?.cancel())
    .catch(() => undefined)
}
