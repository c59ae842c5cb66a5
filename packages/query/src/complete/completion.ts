import type { Span } from '../syntax/span.ts'

/** What may stand at a place of a query text. */
export interface Completion {
  /** The piece under the cursor, which a chosen item takes the place of; empty between two pieces. */
  readonly replace: Span
  /** The best first. */
  readonly items: readonly CompletionItem[]
}

export type CompletionKind = 'keyword' | 'dataset' | 'column' | 'metric' | 'operator' | 'value' | 'range'

export interface CompletionItem {
  readonly kind: CompletionKind
  /** As it is shown, and what the piece under the cursor is matched with. */
  readonly label: string
  /** What to write: a value with its quotes, IN with its bracket. */
  readonly insertText: string
  /** A few words beside the label: a type, what a range means. */
  readonly detail?: string
  /** A sentence, as the catalog has it. */
  readonly description?: string
}

/** An item before it is ranked. */
export interface Candidate extends CompletionItem {
  /** It stands in the same list already. */
  readonly isUsed?: boolean
}
