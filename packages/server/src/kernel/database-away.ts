/**
 * The database could not be asked: it restarts, fails over, or the network between is cut. No refusal (`AppError`), for
 * it says nothing of the request: what was asked for has not been done, or, where its answer was lost, may have been.
 */
export class DatabaseAway extends Error {
  override readonly name = 'DatabaseAway'
  /** What was under way was rolled back for certain, or never begun. */
  readonly nothingDone: boolean
  /** It was waited for in vain, so that asking once more at once is of no use. */
  readonly isLasting: boolean

  constructor(
    said: string,
    {
      nothingDone,
      isLasting,
      cause,
    }: { readonly nothingDone: boolean; readonly isLasting: boolean; readonly cause?: unknown },
  ) {
    super(`The database is away: ${said}`, { cause })
    this.nothingDone = nothingDone
    this.isLasting = isLasting
  }
}
