import { AppError } from '../kernel/app-error.ts'
import type { Callback, CallbackMethod, CallbackOn } from './report.ts'

/** What a request says about its callback; null: nothing. */
export interface AskedCallback {
  readonly url: string | null
  /** POST by default. */
  readonly method: CallbackMethod | null
  /** On completion only by default, as documented. */
  readonly on: CallbackOn | null
}

export interface CallbackPolicy {
  /** Whether a callback may go over plain http. */
  readonly allowHttp: boolean
}

const longestUrl = 2_048

/**
 * The callback that a request asks for; null without a URL, and then the method has nothing to say. The URL is kept as
 * it came, because answers show it again. Raises `invalid_report`, `unknown_value`.
 *
 * Whether the address is public is not asked here: a name can be pointed elsewhere any time after. The guard of
 * `callbacks/` asks at each connection.
 */
export function readCallback({ url, method, on }: AskedCallback, policy: CallbackPolicy): Callback | null {
  if (url === null) return null
  // The documents have words of their own for the word that a generated request leaves in place of a URL.
  if (url.toLowerCase() === 'string') {
    throw new AppError('unknown_value', { field: 'CallbackUrl', value: url, allowed: ['an absolute https URL'] })
  }
  const problem = problemOf(url, policy)
  if (problem !== undefined) throw new AppError('invalid_report', { detail: problem, field: 'CallbackUrl' })
  return { url, method: method ?? 'POST', on: on ?? 'completed' }
}

function problemOf(url: string, policy: CallbackPolicy): string | undefined {
  if (url.length > longestUrl) return `CallbackUrl may have at most ${longestUrl} characters`
  // The URL parser takes `https:host` and drops line breaks; who wrote such a thing meant something else.
  const parsed = /^https?:\/\/[^/]/i.test(url) && !/\p{Cc}/u.test(url) ? URL.parse(url) : null
  if (parsed === null) return 'CallbackUrl should be an absolute http or https URL'
  if (parsed.username !== '' || parsed.password !== '') return 'CallbackUrl should not contain a user name or password'
  if (parsed.protocol === 'http:' && !policy.allowHttp) return 'CallbackUrl should be an https URL'
  return undefined
}
