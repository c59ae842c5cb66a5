/** A part of a query text: from `start` up to, not including, `end`, in UTF-16 units. */
export interface Span {
  readonly start: number
  readonly end: number
}

/** From the start of one span to the end of another. */
export function spanFrom(first: Span, last: Span): Span {
  return { start: first.start, end: last.end }
}
