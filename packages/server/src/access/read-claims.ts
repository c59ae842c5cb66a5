import type { JWTPayload } from 'jose'

// Ids of accounts and clients are shown and stored.
const mostCharacters = 256

/**
 * The value of the first of these claims that a token has, as text. Undefined when it has none of them, or the value is
 * no id: a text of one line, or a whole number.
 */
export function textClaim(payload: JWTPayload, names: readonly string[]): string | undefined {
  const value = firstClaim(payload, names)
  const text = Number.isSafeInteger(value) ? String(value) : value
  if (typeof text !== 'string' || text === '' || text.length > mostCharacters || /\p{Cc}/u.test(text)) return undefined
  return text
}

/** The values of the first of these claims that a token has: a list, or a text with blanks between them as in `scope`. */
export function listClaim(payload: JWTPayload, names: readonly string[]): readonly string[] {
  const value = firstClaim(payload, names)
  if (typeof value === 'string') return value.split(' ').filter((word) => word !== '')
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []
}

function firstClaim(payload: JWTPayload, names: readonly string[]): unknown {
  for (const name of names) {
    const value = claimAt(payload, name)
    if (value !== undefined && value !== null) return value
  }
  return undefined
}

/** A claim by its name; a name with dots that is none leads into objects (`realm_access.roles`). */
function claimAt(payload: unknown, name: string): unknown {
  if (typeof payload !== 'object' || payload === null) return undefined
  // Own members only: a claim called `constructor` is one like any other.
  if (Object.hasOwn(payload, name)) return (payload as Record<string, unknown>)[name]
  const dot = name.indexOf('.')
  if (dot < 0) return undefined
  const [outer, rest] = [name.slice(0, dot), name.slice(dot + 1)]
  return Object.hasOwn(payload, outer) ? claimAt((payload as Record<string, unknown>)[outer], rest) : undefined
}
