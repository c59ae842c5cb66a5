import { AppError } from '../kernel/app-error.ts'

/** A token that is refused; `reason` is for the log, and never has the token in it. */
export function unauthorized(reason: string): AppError<'unauthorized'> {
  return new AppError('unauthorized', { reason })
}
