import { limits } from '../limits.ts'
import { spanFrom } from './span.ts'
import type { Span } from './span.ts'
import { syntaxHint } from './syntax-hint.ts'
import { SyntaxFailure } from './syntax-failure.ts'
import { isReserved } from './token.ts'
import type { Token, TokenSymbol } from './token.ts'
import { comparisonOperators } from './tree.ts'
import type {
  ComparisonOperator,
  ConditionNode,
  LiteralNode,
  NameNode,
  NumberNode,
  OrderNode,
  QueryTree,
  SelectList,
  TextNode,
  TimespanNode,
} from './tree.ts'

const aName = 'a column or metric name'
const aValue = `a value, a number or text in quotes like 'Paid'`
const anOperator = '=, !=, <, <=, >, >=, LIKE, NOT LIKE, IN or NOT IN'

/**
 * Recursive descent over the tokens of one query: a method for each production of the grammar, which stands above it.
 * Productions marked (open) are extensions; the parser takes them always, the check decides. Raises `SyntaxFailure`.
 */
export class Parser {
  readonly #tokens: readonly Token[]
  #index = 0
  #depth = 0

  /** @param tokens As `tokenize` makes them, `end` last. */
  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens
  }

  /** Query : SelectClause FromClause WhereClause? OrderClause? LimitClause? TimespanClause? ;? */
  parseQuery(): QueryTree {
    this.#expectWord('SELECT')
    const distinct = this.#takeDistinct()
    const select = this.#parseSelectList()
    const from = this.#parseFromClause()
    const where = this.#parseWhereClause()
    const orderBy = this.#parseOrderClause()
    const limit = this.#parseLimitClause()
    const timespan = this.#parseTimespanClause()
    this.#takeSymbol(';')
    if (this.#token.kind !== 'end') this.#fail(expectedAfter({ where, orderBy, limit, timespan }))
    return { distinct, select, from, where, orderBy, limit, timespan }
  }

  /** SelectClause : SELECT DISTINCT? SelectList; a column may be called Distinct, and then a comma or FROM follows */
  #takeDistinct(): boolean {
    const next = this.#tokens[this.#index + 1]
    const isColumn = next?.value === ',' || (next?.kind === 'word' && next.value.toUpperCase() === 'FROM')
    return !isColumn && this.#takeWord('DISTINCT') !== undefined
  }

  /** SelectList : Name ( , Name )* | * (open) */
  #parseSelectList(): SelectList {
    const star = this.#takeSymbol('*')
    if (star !== undefined) return { kind: 'all', span: star.span }
    const names = [this.#parseName(aName)]
    while (this.#takeSymbol(',') !== undefined) names.push(this.#parseName(aName))
    return { kind: 'names', names }
  }

  /** FromClause : FROM Name */
  #parseFromClause(): NameNode {
    if (this.#takeWord('FROM') === undefined) this.#fail('a comma or FROM', missingComma(this.#token))
    return this.#parseName('the name of a dataset')
  }

  /** WhereClause : WHERE Condition */
  #parseWhereClause(): ConditionNode | null {
    return this.#takeWord('WHERE') === undefined ? null : this.#parseCondition()
  }

  /** Condition : Conjunction ( OR (open) Conjunction )* */
  #parseCondition(): ConditionNode {
    return this.#parseChain('or', () => this.#parseConjunction())
  }

  /** Conjunction : Term ( AND Term )* */
  #parseConjunction(): ConditionNode {
    return this.#parseChain('and', () => this.#parseTerm())
  }

  /** A chain is one node with many terms, so that a thousand ANDs are no deeper than one. */
  #parseChain(kind: 'and' | 'or', parseTerm: () => ConditionNode): ConditionNode {
    const first = parseTerm()
    const terms = [first]
    let keyword: Span | undefined
    for (let word = this.#takeWord(kind); word !== undefined; word = this.#takeWord(kind)) {
      keyword ??= word.span
      terms.push(parseTerm())
    }
    return keyword === undefined ? first : { kind, terms, keyword }
  }

  /** Term : NOT Term (open) | ( Condition ) (open) | Predicate */
  #parseTerm(): ConditionNode {
    const opening = this.#takeWord('NOT') ?? this.#takeSymbol('(')
    if (opening === undefined) return this.#parsePredicate()

    this.#depth += 1
    if (this.#depth > limits.nesting) {
      throw new SyntaxFailure('nested_too_deep', { limit: limits.nesting }, opening.span)
    }
    const isNot = opening.kind === 'word'
    const term = isNot ? this.#parseTerm() : this.#parseCondition()
    if (!isNot) this.#expectSymbol(')', 'AND, OR or )')
    this.#depth -= 1
    return { kind: isNot ? 'not' : 'parentheses', term, keyword: opening.span }
  }

  /**
   * Predicate : Name ComparisonOperator Value
   *           | Name IS NOT? NULL (open)
   *           | Name NOT? ( LIKE Value | IN List | BETWEEN Value AND Value (open) )
   */
  #parsePredicate(): ConditionNode {
    const name = this.#parseName(aName)

    const operator = this.#takeComparisonOperator()
    if (operator !== undefined) {
      return { kind: 'comparison', name, operator: operator.value, value: this.#parseValue(), keyword: operator.span }
    }
    const is = this.#takeWord('IS')
    if (is !== undefined) {
      const negated = this.#takeWord('NOT') !== undefined
      const nullWord = this.#expectWord('NULL')
      return { kind: 'null', name, negated, keyword: spanFrom(is.span, nullWord.span) }
    }
    const not = this.#takeWord('NOT')
    const negated = not !== undefined
    const word = this.#takeWord('LIKE') ?? this.#takeWord('IN') ?? this.#takeWord('BETWEEN')
    if (word === undefined) this.#fail(negated ? 'LIKE, IN or BETWEEN' : anOperator)
    const keyword = spanFrom((not ?? word).span, word.span)
    switch (word.value.toUpperCase()) {
      case 'LIKE':
        return { kind: 'like', name, negated, pattern: this.#parseValue(), keyword }
      case 'IN':
        return { kind: 'in', name, negated, values: this.#parseList(), keyword }
      default: {
        const low = this.#parseValue()
        this.#expectWord('AND')
        return { kind: 'between', name, negated, low, high: this.#parseValue(), keyword }
      }
    }
  }

  /** ComparisonOperator : = | != | < | <= | > | >= */
  #takeComparisonOperator(): { readonly value: ComparisonOperator; readonly span: Span } | undefined {
    const token = this.#token
    const value = comparisonOperators.find((operator) => token.kind === 'symbol' && token.value === operator)
    if (value === undefined) return undefined
    this.#index += 1
    return { value, span: token.span }
  }

  /** List : ( Value ( , Value )* ) */
  #parseList(): readonly LiteralNode[] {
    this.#expectSymbol('(', `a list like ('Free', 'Paid')`)
    const values = [this.#parseValue()]
    while (this.#takeSymbol(',') !== undefined) values.push(this.#parseValue())
    this.#expectSymbol(')', 'a comma or )')
    return values
  }

  /** Value : Number | Text */
  #parseValue(): LiteralNode {
    const token = this.#token
    if (token.kind !== 'number' && token.kind !== 'text') this.#fail(aValue)
    this.#index += 1
    return { kind: token.kind, text: token.value, span: token.span }
  }

  /** OrderClause : ORDER BY OrderCondition ( , OrderCondition )* */
  #parseOrderClause(): readonly OrderNode[] {
    if (this.#takeWord('ORDER') === undefined) return []
    this.#expectWord('BY')
    const conditions = [this.#parseOrderCondition()]
    while (this.#takeSymbol(',') !== undefined) conditions.push(this.#parseOrderCondition())
    return conditions
  }

  /** OrderCondition : Name ( ASC | DESC )? */
  #parseOrderCondition(): OrderNode {
    const name = this.#parseName(aName)
    if (this.#takeWord('ASC') !== undefined) return { name, direction: 'asc' }
    return { name, direction: this.#takeWord('DESC') === undefined ? null : 'desc' }
  }

  /** LimitClause : LIMIT Number */
  #parseLimitClause(): NumberNode | null {
    if (this.#takeWord('LIMIT') === undefined) return null
    const token = this.#token
    if (token.kind !== 'number') this.#fail('a number of rows')
    this.#index += 1
    return { kind: 'number', text: token.value, span: token.span }
  }

  /** TimespanClause : TIMESPAN ( RangeName | BETWEEN Text AND Text (open) ) */
  #parseTimespanClause(): TimespanNode | null {
    if (this.#takeWord('TIMESPAN') === undefined) return null
    const between = this.#takeWord('BETWEEN')
    if (between === undefined) return { kind: 'range', name: this.#parseName('a range like LAST_6_MONTHS') }
    const from = this.#parseText()
    this.#expectWord('AND')
    return { kind: 'between', from, to: this.#parseText(), keyword: between.span }
  }

  #parseText(): TextNode {
    const token = this.#token
    if (token.kind !== 'text') this.#fail(`a date like '2024-06-30'`)
    this.#index += 1
    return { kind: 'text', text: token.value, span: token.span }
  }

  /** Name : a word that is not reserved */
  #parseName(expected: string): NameNode {
    const token = this.#token
    if (token.kind !== 'word' || isReserved(token.value)) this.#fail(expected)
    this.#index += 1
    return { kind: 'name', name: token.value, span: token.span }
  }

  get #token(): Token {
    const token = this.#tokens[this.#index] ?? this.#tokens.at(-1)
    if (token === undefined) throw new Error('a list of tokens has at least its end')
    return token
  }

  #takeWord(word: string): (Token & { readonly kind: 'word' }) | undefined {
    const token = this.#token
    if (token.kind !== 'word' || token.value.toUpperCase() !== word.toUpperCase()) return undefined
    this.#index += 1
    return token
  }

  #takeSymbol(symbol: TokenSymbol): (Token & { readonly kind: 'symbol' }) | undefined {
    const token = this.#token
    if (token.kind !== 'symbol' || token.value !== symbol) return undefined
    this.#index += 1
    return token
  }

  #expectWord(word: string): Token {
    return this.#takeWord(word) ?? this.#fail(word)
  }

  #expectSymbol(symbol: TokenSymbol, expected: string): void {
    if (this.#takeSymbol(symbol) === undefined) this.#fail(expected)
  }

  #fail(expected: string, guess?: string): never {
    const token = this.#token
    const hint = syntaxHint(token, this.#tokens[this.#index - 1]) ?? guess
    const data = { expected, found: describe(token), ...(hint === undefined ? {} : { hint }) }
    throw new SyntaxFailure('syntax', data, token.span)
  }
}

/** Two names side by side: one documented query has no comma there either. */
function missingComma(token: Token): string | undefined {
  return token.kind === 'word' && !isReserved(token.value) ? `A comma may be missing before ${token.value}` : undefined
}

type Clauses = Pick<QueryTree, 'where' | 'orderBy' | 'limit' | 'timespan'>

/** What may follow the last clause that is there. */
function expectedAfter({ where, orderBy, limit, timespan }: Clauses): string {
  if (timespan !== null) return 'the end of the query'
  if (limit !== null) return 'TIMESPAN or the end of the query'
  if (orderBy.length > 0) return 'a comma, ASC, DESC, LIMIT, TIMESPAN or the end of the query'
  if (where !== null) return 'AND, ORDER BY, LIMIT, TIMESPAN or the end of the query'
  return 'WHERE, ORDER BY, LIMIT, TIMESPAN or the end of the query'
}

const longestShown = 60

function describe(token: Token): string {
  if (token.kind === 'end') return 'the end of the query'
  const shown = token.value.length > longestShown ? `${token.value.slice(0, longestShown)}…` : token.value
  return token.kind === 'text' ? `'${shown}'` : shown
}
