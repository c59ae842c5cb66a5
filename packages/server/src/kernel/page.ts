/** One page of a list, newest first. `after` is the last item of the page before. */
export interface PageRequest {
  readonly top: number
  readonly after: PageCursor | null
}

/** Position in a list ordered by creation, newest first; the id breaks ties. */
export interface PageCursor {
  readonly createdAt: number
  readonly id: string
}

export interface Page<Item> {
  readonly items: readonly Item[]
  /** Null when there is no more. */
  readonly next: PageCursor | null
}
