import { AppError } from './app-error.ts'
import type { PageCursor } from './page.ts'

/** A position in a list as text that fits into a URL. Opaque to callers; only `decodeCursor` reads it. */
export function encodeCursor(cursor: PageCursor): string {
  return Buffer.from(JSON.stringify([cursor.createdAt, cursor.id])).toString('base64url')
}

/** The position that `encodeCursor` wrote. Raises `invalid_request` for any other text: cursors come from outside. */
export function decodeCursor(text: string): PageCursor {
  const position = parseJson(Buffer.from(text, 'base64url').toString())
  if (Array.isArray(position) && position.length === 2) {
    const [createdAt, id] = position as readonly unknown[]
    if (Number.isSafeInteger(createdAt) && typeof id === 'string') return { createdAt: createdAt as number, id }
  }
  throw brokenCursor()
}

/** The refusal of a cursor that isn't one of ours. */
export function brokenCursor(): AppError<'invalid_request'> {
  return new AppError('invalid_request', {
    sentence: 'The position in nextLink cannot be read; start again from the first page.',
  })
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
