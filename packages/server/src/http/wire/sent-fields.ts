import { AppError } from '../../kernel/app-error.ts'
import type { Json } from './parse-json.ts'
import type { SentFields } from './read-fields.ts'

/**
 * The fields of a query string or a form. The same rule as for bodies: a parameter sent twice, in any casing, must have
 * the same value. Raises `invalid_request`.
 */
export function formFields(text: string): SentFields {
  if (text === '') return []
  const seen = new Map<string, string>()
  const fields: [string, string][] = []
  for (const [key, value] of new URLSearchParams(text)) {
    const before = seen.get(key.toLowerCase())
    if (before !== undefined && before !== value) {
      throw new AppError('invalid_request', {
        sentence: `${key} was sent twice with different values (casing does not count)`,
        field: key,
      })
    }
    seen.set(key.toLowerCase(), value)
    fields.push([key, value])
  }
  return fields
}

/** The fields of a JSON body; none when there is no body. Raises `invalid_request` for a body that is no object. */
export function bodyFields(body: Json | undefined): SentFields {
  if (body === undefined || body === null) return []
  if (typeof body !== 'object' || Array.isArray(body)) {
    throw new AppError('invalid_request', { sentence: 'The body must be a JSON object' })
  }
  return Object.entries(body)
}
