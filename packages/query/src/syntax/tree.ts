import type { Span } from './span.ts'

/** A query as it is written: nothing is looked up yet. */
export interface QueryTree {
  readonly distinct: boolean
  readonly select: SelectList
  readonly from: NameNode
  readonly where: ConditionNode | null
  readonly orderBy: readonly OrderNode[]
  readonly limit: NumberNode | null
  readonly timespan: TimespanNode | null
}

/** A name as it is written; how it is declared is the check's matter. */
export interface NameNode {
  readonly kind: 'name'
  readonly name: string
  readonly span: Span
}

export interface NumberNode {
  readonly kind: 'number'
  /** As it is written, so that no digit is lost. */
  readonly text: string
  readonly span: Span
}

export interface TextNode {
  readonly kind: 'text'
  /** Without its quotes. */
  readonly text: string
  readonly span: Span
}

export type LiteralNode = NumberNode | TextNode

export type SelectList =
  | { readonly kind: 'all'; readonly span: Span }
  | { readonly kind: 'names'; readonly names: readonly NameNode[] }

export const comparisonOperators = ['=', '!=', '<', '<=', '>', '>='] as const

export type ComparisonOperator = (typeof comparisonOperators)[number]

/** `keyword` is where the word or sign stands that makes the condition what it is. */
export type ConditionNode =
  | {
      readonly kind: 'comparison'
      readonly name: NameNode
      readonly operator: ComparisonOperator
      readonly value: LiteralNode
      readonly keyword: Span
    }
  | {
      readonly kind: 'in'
      readonly name: NameNode
      readonly negated: boolean
      readonly values: readonly LiteralNode[]
      readonly keyword: Span
    }
  | {
      readonly kind: 'like'
      readonly name: NameNode
      readonly negated: boolean
      readonly pattern: LiteralNode
      readonly keyword: Span
    }
  | {
      readonly kind: 'between'
      readonly name: NameNode
      readonly negated: boolean
      readonly low: LiteralNode
      readonly high: LiteralNode
      readonly keyword: Span
    }
  | { readonly kind: 'null'; readonly name: NameNode; readonly negated: boolean; readonly keyword: Span }
  | { readonly kind: 'and'; readonly terms: readonly ConditionNode[]; readonly keyword: Span }
  | { readonly kind: 'or'; readonly terms: readonly ConditionNode[]; readonly keyword: Span }
  | { readonly kind: 'not'; readonly term: ConditionNode; readonly keyword: Span }
  | { readonly kind: 'parentheses'; readonly term: ConditionNode; readonly keyword: Span }

export interface OrderNode {
  readonly name: NameNode
  /** `null`: not written; the language then means DESC. */
  readonly direction: 'asc' | 'desc' | null
}

export type TimespanNode =
  | { readonly kind: 'range'; readonly name: NameNode }
  | { readonly kind: 'between'; readonly from: TextNode; readonly to: TextNode; readonly keyword: Span }
