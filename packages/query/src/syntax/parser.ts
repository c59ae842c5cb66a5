import { limits } from '../limits.ts'
import type { ExpectedToken, Expectation, Grammar, NameRole } from './expectation.ts'
import { spanFrom } from './span.ts'
import type { Span } from './span.ts'
import { syntaxHint } from './syntax-hint.ts'
import { SyntaxFailure } from './syntax-failure.ts'
import { anOperator, aValue, expectedAfter, foundWords, namesFor } from './syntax-words.ts'
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

/**
 * Recursive descent over the tokens of one query: a method for each production of the grammar, which stands above it.
 * Productions marked (open) are extensions; the parser takes them always, the check decides. Raises `SyntaxFailure`.
 *
 * Whatever it looks for at a token it notes down. Where it ends, by an error or the end, that is what may stand there.
 */
export class Parser {
  readonly #tokens: readonly Token[]
  #index = 0
  #expected: Expectation[] = []
  #expectedAt = 0
  #depth = 0
  #subject: NameNode | null = null

  /** @param tokens As `tokenize` makes them, `end` last. */
  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens
  }

  /** What could have stood in place of the end, if the parse got there; known once it is over. */
  get expectedAtEnd(): readonly Expectation[] {
    return this.#tokens[this.#expectedAt]?.kind === 'end' ? this.#expected : []
  }

  /** Query : SelectClause FromClause WhereClause? OrderClause? LimitClause? TimespanClause? ';'? */
  parseQuery(): QueryTree {
    this.#expectWord('SELECT')
    const distinct = this.#takeDistinct()
    const select = this.#parseSelectList()
    const from = this.#parseFromClause(select)
    const where = this.#parseWhereClause()
    const orderBy = this.#parseOrderClause()
    const limit = this.#parseLimitClause()
    const timespan = this.#parseTimespanClause()
    const isEnded = this.#takeSymbol(';') !== undefined
    if (this.#token.kind !== 'end') {
      this.#fail(isEnded ? 'the end of the query' : expectedAfter({ where, orderBy, limit, timespan }))
    }
    return { distinct, select, from, where, orderBy, limit, timespan }
  }

  /**
   * SelectClause : SELECT DISTINCT? SelectList
   *
   * A column may be called Distinct; a comma or FROM follows it then.
   */
  #takeDistinct(): boolean {
    const next = this.#tokens[this.#index + 1]
    const isColumn = next?.value === ',' || (next?.kind === 'word' && next.value.toUpperCase() === 'FROM')
    return !isColumn && this.#takeWord('DISTINCT') !== undefined
  }

  /** SelectList : Name ( ',' Name )* | '*' (open) */
  #parseSelectList(): SelectList {
    const star = this.#takeSymbol('*', 'open')
    if (star !== undefined) return { kind: 'all', span: star.span }
    const names = [this.#parseName('selected')]
    while (this.#takeSymbol(',') !== undefined) names.push(this.#parseName('selected'))
    return { kind: 'names', names }
  }

  /** FromClause : FROM Name */
  #parseFromClause(select: SelectList): NameNode {
    if (this.#takeWord('FROM') === undefined) this.#fail(select.kind === 'all' ? 'FROM' : 'a comma or FROM')
    return this.#parseName('dataset')
  }

  /** WhereClause : WHERE Condition */
  #parseWhereClause(): ConditionNode | null {
    return this.#takeWord('WHERE') === undefined ? null : this.#parseCondition()
  }

  /** Condition : Conjunction ( OR (open) Conjunction )* */
  #parseCondition(): ConditionNode {
    return this.#parseChain('or', 'open', () => this.#parseConjunction())
  }

  /** Conjunction : Term ( AND Term )* */
  #parseConjunction(): ConditionNode {
    return this.#parseChain('and', 'documented', () => this.#parseTerm())
  }

  /** A chain is one node with many terms, so that a thousand ANDs are no deeper than one. */
  #parseChain(kind: 'and' | 'or', grammar: Grammar, parseTerm: () => ConditionNode): ConditionNode {
    const first = parseTerm()
    const terms = [first]
    let keyword: Span | undefined
    const takeJoin = () => this.#takeWord(kind, grammar)
    for (let word = takeJoin(); word !== undefined; word = takeJoin()) {
      keyword ??= word.span
      terms.push(parseTerm())
    }
    return keyword === undefined ? first : { kind, terms, keyword }
  }

  /** Term : NOT Term (open) | '(' Condition ')' (open) | Predicate */
  #parseTerm(): ConditionNode {
    const opening = this.#takeWord('NOT', 'open') ?? this.#takeSymbol('(', 'open')
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
    const name = this.#parseName('filtered')
    this.#subject = name
    const condition = this.#parseOperatorAndValues(name)
    this.#subject = null
    return condition
  }

  #parseOperatorAndValues(name: NameNode): ConditionNode {
    const operator = this.#takeComparisonOperator()
    if (operator !== undefined) {
      return { kind: 'comparison', name, operator: operator.value, value: this.#parseValue(), keyword: operator.span }
    }
    const is = this.#takeWord('IS', 'open')
    if (is !== undefined) {
      const negated = this.#takeWord('NOT') !== undefined
      const nullWord = this.#expectWord('NULL')
      return { kind: 'null', name, negated, keyword: spanFrom(is.span, nullWord.span) }
    }
    const not = this.#takeWord('NOT')
    const negated = not !== undefined
    const word = this.#takeWord('LIKE') ?? this.#takeWord('IN') ?? this.#takeWord('BETWEEN', 'open')
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

  /** ComparisonOperator : '=' | '!=' | '<' | '<=' | '>' | '>=' */
  #takeComparisonOperator(): { readonly value: ComparisonOperator; readonly span: Span } | undefined {
    for (const symbol of comparisonOperators) this.#note({ kind: 'symbol', symbol, grammar: 'documented' })
    const token = this.#token
    const value = comparisonOperators.find((operator) => token.kind === 'symbol' && token.value === operator)
    if (value === undefined) return undefined
    this.#index += 1
    return { value, span: token.span }
  }

  /** List : '(' Value ( ',' Value )* ')' */
  #parseList(): readonly LiteralNode[] {
    this.#expectSymbol('(', `a list like ('Free', 'Paid')`)
    const values = [this.#parseValue()]
    while (this.#takeSymbol(',') !== undefined) values.push(this.#parseValue())
    this.#expectSymbol(')', 'a comma or )')
    return values
  }

  /** Value : Number | Text */
  #parseValue(): LiteralNode {
    this.#note({ kind: 'value' })
    const token = this.#token
    if (token.kind !== 'number' && token.kind !== 'text') this.#fail(aValue)
    this.#index += 1
    return { kind: token.kind, text: token.value, span: token.span }
  }

  /** OrderClause : ORDER BY OrderCondition ( ',' OrderCondition )* */
  #parseOrderClause(): readonly OrderNode[] {
    if (this.#takeWord('ORDER') === undefined) return []
    this.#expectWord('BY')
    const conditions = [this.#parseOrderCondition()]
    while (this.#takeSymbol(',') !== undefined) conditions.push(this.#parseOrderCondition())
    return conditions
  }

  /** OrderCondition : Name ( DESC | ASC )? */
  #parseOrderCondition(): OrderNode {
    const name = this.#parseName('ordered')
    if (this.#takeWord('DESC') !== undefined) return { name, direction: 'desc' }
    return { name, direction: this.#takeWord('ASC') === undefined ? null : 'asc' }
  }

  /** LimitClause : LIMIT Number */
  #parseLimitClause(): NumberNode | null {
    if (this.#takeWord('LIMIT') === undefined) return null
    this.#note({ kind: 'number' })
    const token = this.#token
    if (token.kind !== 'number') this.#fail('a number of rows')
    this.#index += 1
    return { kind: 'number', text: token.value, span: token.span }
  }

  /** TimespanClause : TIMESPAN ( Name | BETWEEN Text AND Text (open) ) */
  #parseTimespanClause(): TimespanNode | null {
    if (this.#takeWord('TIMESPAN') === undefined) return null
    const between = this.#takeWord('BETWEEN', 'open')
    if (between === undefined) return { kind: 'range', name: this.#parseName('range') }
    const from = this.#parseText()
    this.#expectWord('AND')
    return { kind: 'between', from, to: this.#parseText(), keyword: between.span }
  }

  #parseText(): TextNode {
    this.#note({ kind: 'text' })
    const token = this.#token
    if (token.kind !== 'text') this.#fail(`a date like '2024-06-30'`)
    this.#index += 1
    return { kind: 'text', text: token.value, span: token.span }
  }

  /** Name : Word, not a reserved one */
  #parseName(role: NameRole): NameNode {
    this.#note({ kind: 'name', role })
    const token = this.#token
    if (token.kind !== 'word' || isReserved(token.value)) this.#fail(namesFor[role])
    this.#index += 1
    return { kind: 'name', name: token.value, span: token.span }
  }

  get #token(): Token {
    const token = this.#tokens[this.#index] ?? this.#tokens.at(-1)
    if (token === undefined) throw new Error('a list of tokens has at least its end')
    return token
  }

  #takeWord(word: string, grammar: Grammar = 'documented'): (Token & { readonly kind: 'word' }) | undefined {
    this.#note({ kind: 'word', word: word.toUpperCase(), grammar })
    const token = this.#token
    if (token.kind !== 'word' || token.value.toUpperCase() !== word.toUpperCase()) return undefined
    this.#index += 1
    return token
  }

  #takeSymbol(symbol: TokenSymbol, grammar: Grammar = 'documented'): (Token & { readonly kind: 'symbol' }) | undefined {
    this.#note({ kind: 'symbol', symbol, grammar })
    const token = this.#token
    if (token.kind !== 'symbol' || token.value !== symbol) return undefined
    this.#index += 1
    return token
  }

  #note(expected: ExpectedToken): void {
    if (this.#expectedAt < this.#index) {
      this.#expected = []
      this.#expectedAt = this.#index
    }
    this.#expected.push({ ...expected, subject: this.#subject })
  }

  #expectWord(word: string): Token {
    return this.#takeWord(word) ?? this.#fail(word)
  }

  #expectSymbol(symbol: TokenSymbol, expected: string): void {
    if (this.#takeSymbol(symbol) === undefined) this.#fail(expected)
  }

  #fail(expected: string): never {
    const token = this.#token
    const previous = this.#tokens[this.#index - 1]
    const hint = syntaxHint({ token, previous, expected: this.#expectedAt === this.#index ? this.#expected : [] })
    const data = { expected, found: foundWords(token), ...(hint === undefined ? {} : { hint }) }
    throw new SyntaxFailure('syntax', data, token.span)
  }
}
