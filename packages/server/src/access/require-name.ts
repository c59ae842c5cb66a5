import { AppError } from '../kernel/app-error.ts'

const longest = 256

/** Refuses a name or an id that no list could show. Raises `invalid_request`. */
export function requireName(field: string, text: string): void {
  if (text !== '' && text.length <= longest && !/\p{Cc}/u.test(text) && text.isWellFormed()) return
  const sentence = `${field} must have 1 to ${longest} characters, and no control characters`
  throw new AppError('invalid_request', { sentence, field })
}
