import type { AppError } from '../../kernel/app-error.ts'
import { parseInstant } from './parse-instant.ts'

/** The instant of a timestamp field, null when it is absent. Raises what `refusal` makes for one that can't be read. */
export function instantOrNull(text: string | null | undefined, refusal: () => AppError): number | null {
  if (text === null || text === undefined) return null
  const at = parseInstant(text)
  if (at === undefined) throw refusal()
  return at
}
