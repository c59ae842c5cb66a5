import type { TokenSymbol } from './token.ts'
import type { NameNode } from './tree.ts'

/** Which grammar has it: the documented one, or only the extended one of the profile `open`. */
export type Grammar = 'documented' | 'open'

/** What a name would stand for. */
export type NameRole = 'selected' | 'dataset' | 'filtered' | 'ordered' | 'range'

/** Something that the grammar allows at one place of a text. */
export type Expectation = ExpectedToken & {
  /** The name whose condition is being read there: its type decides which operators and values fit. */
  readonly subject: NameNode | null
}

export type ExpectedToken =
  /** A keyword, in capitals. */
  | { readonly kind: 'word'; readonly word: string; readonly grammar: Grammar }
  | { readonly kind: 'symbol'; readonly symbol: TokenSymbol; readonly grammar: Grammar }
  | { readonly kind: 'name'; readonly role: NameRole }
  /** A number or a text. */
  | { readonly kind: 'value' }
  | { readonly kind: 'number' }
  | { readonly kind: 'text' }
