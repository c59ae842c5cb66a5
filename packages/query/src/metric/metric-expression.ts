export type AggregateFunction = 'sum' | 'count' | 'countDistinct' | 'min' | 'max' | 'avg'

export type ArithmeticOperator = '+' | '-' | '*' | '/'

/** Arithmetic over things of one kind. */
export type Arithmetic<Leaf> =
  | Leaf
  /** As it is written, so that no digit is lost. */
  | { readonly kind: 'number'; readonly text: string }
  | { readonly kind: 'negate'; readonly operand: Arithmetic<Leaf> }
  | {
      readonly kind: 'arithmetic'
      readonly operator: ArithmeticOperator
      readonly left: Arithmetic<Leaf>
      readonly right: Arithmetic<Leaf>
    }

/** What an aggregate is taken of: a column of the source, or arithmetic over columns of one row. */
export type RowExpression<Column> = Arithmetic<Column>

export interface Aggregate<Column> {
  readonly kind: 'aggregate'
  readonly function: AggregateFunction
  /** `null`: `count(*)`, every row. */
  readonly argument: RowExpression<Column> | null
}

/** How a metric is worked out: an aggregate, or arithmetic over aggregates. */
export type MetricExpressionOver<Column> = Arithmetic<Aggregate<Column>>

/** A column as a declaration names it. */
export interface NamedColumn {
  readonly kind: 'column'
  readonly name: string
}

export type MetricExpression = MetricExpressionOver<NamedColumn>

/** What arithmetic can be over. */
type AnyLeaf = { readonly kind: 'aggregate' | 'column' }

/** Works arithmetic out from its leaves up. */
export function foldArithmetic<Leaf extends AnyLeaf, Result>(
  expression: Arithmetic<Leaf>,
  fold: {
    readonly leaf: (leaf: Leaf) => Result
    readonly number: (text: string) => Result
    readonly negate: (operand: Result) => Result
    readonly arithmetic: (operator: ArithmeticOperator, left: Result, right: Result) => Result
  },
): Result {
  switch (expression.kind) {
    case 'number':
      return fold.number(expression.text)
    case 'negate':
      return fold.negate(foldArithmetic(expression.operand, fold))
    case 'arithmetic': {
      const { operator, left, right } = expression
      return fold.arithmetic(operator, foldArithmetic(left, fold), foldArithmetic(right, fold))
    }
    case 'aggregate':
    case 'column':
      return fold.leaf(expression)
    default:
      return expression satisfies never
  }
}

/** The leaves of some arithmetic, from left to right. */
export function leavesOf<Leaf extends AnyLeaf>(expression: Arithmetic<Leaf>): readonly Leaf[] {
  return foldArithmetic<Leaf, readonly Leaf[]>(expression, {
    leaf: (leaf) => [leaf],
    number: () => [],
    negate: (operand) => operand,
    arithmetic: (_operator, left, right) => [...left, ...right],
  })
}

/** The same arithmetic over other leaves. */
export function mapLeaves<Leaf extends AnyLeaf, Other extends AnyLeaf>(
  expression: Arithmetic<Leaf>,
  change: (leaf: Leaf) => Other,
): Arithmetic<Other> {
  return foldArithmetic<Leaf, Arithmetic<Other>>(expression, {
    leaf: change,
    number: (text) => ({ kind: 'number', text }),
    negate: (operand) => ({ kind: 'negate', operand }),
    arithmetic: (operator, left, right) => ({ kind: 'arithmetic', operator, left, right }),
  })
}
