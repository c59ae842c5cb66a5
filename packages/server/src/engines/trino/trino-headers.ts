import { readFile } from 'node:fs/promises'
import type { EngineError } from '../../datasets/query-engine.ts'
import { secondMs } from '../../kernel/hours.ts'
import { engineFailure } from './trino-failure.ts'
import type { TrinoConnection, TrinoErrand } from './trino-settings.ts'

/** What Trino is told of a query in headers: as whom, on whose behalf, in UTC, with which limit, and how rows may come. */
export function statementHeaders(
  { user }: TrinoConnection,
  { timeLimitMs, errand }: TrinoErrand,
): Record<string, string> {
  const { accountId, executionId } = errand ?? {}
  const tags = [
    'almanac',
    ...(accountId === undefined ? [] : [`account=${tagText(accountId)}`]),
    ...(executionId === undefined ? [] : [`execution=${tagText(executionId)}`]),
  ]
  return {
    'X-Trino-User': user,
    'X-Trino-Source': 'almanac',
    'X-Trino-Client-Tags': tags.join(','),
    ...(executionId !== undefined && { 'X-Trino-Trace-Token': tagText(executionId) }),
    'X-Trino-Time-Zone': 'UTC',
    'X-Trino-Language': 'en',
    // The last resort for a query that we can't call off any more.
    'X-Trino-Session': `query_max_run_time=${Math.ceil(timeLimitMs / secondMs)}s`,
    // Or TIMESTAMP(6) would come as TIMESTAMP(3).
    'X-Trino-Client-Capabilities': 'PARAMETRIC_DATETIME',
    // Where the server has the spooling protocol, rows come in segments; where it hasn't, in the answers.
    'X-Trino-Query-Data-Encoding': 'json+zstd,json',
    'Content-Type': 'text/plain; charset=utf-8',
  }
}

/** What every request of the protocol carries. */
export async function credentials({ user, passwordFile, tokenFile }: TrinoConnection): Promise<Record<string, string>> {
  if (tokenFile !== null) return { Authorization: `Bearer ${await tokenIn(tokenFile)}` }
  if (passwordFile === null) return {}
  const pair = `${user}:${await secretIn(passwordFile)}`
  // Trino reads the pair so, as its own clients write it.
  if (/[\u{100}-\u{10ffff}]/u.test(pair))
    throw unreadable(`${passwordFile} and trino.user may have the characters of Latin-1 only`)
  return { Authorization: `Basic ${Buffer.from(pair, 'latin1').toString('base64')}` }
}

/** A header can hold no line break, and what refuses it would say the whole token. */
async function tokenIn(path: string): Promise<string> {
  const token = await secretIn(path)
  if (!/^[\x21-\x7e]+$/.test(token)) throw unreadable(`${path} holds no token: there is more than one word in it`)
  return token
}

async function secretIn(path: string): Promise<string> {
  const secret = await readFile(path, 'utf8').catch((error: unknown) => {
    throw unreadable(error instanceof Error ? error.message : String(error))
  })
  if (secret.trim() === '') throw unreadable(`${path} is empty`)
  return secret.trim()
}

function unreadable(words: string): EngineError {
  return engineFailure('unreadable_data', new Error(`The secret for Trino can't be read: ${words}`))
}

/** Tags are parted by commas, and a header has only ASCII. */
function tagText(text: string): string {
  return encodeURIComponent(text.toWellFormed())
}
