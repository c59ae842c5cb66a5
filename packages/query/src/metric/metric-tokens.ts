/** A piece of a metric's text; `offset` counts UTF-16 units from its begin. */
export interface MetricToken {
  readonly kind: 'name' | 'number' | 'symbol' | 'wrong' | 'end'
  readonly text: string
  readonly offset: number
}

const patterns = [
  ['name', /[\p{L}_][\p{L}\p{M}\p{N}_]*/uy],
  ['number', /[0-9]+(?:\.[0-9]+)?/y],
  ['symbol', /[-+*/(),]/y],
] as const

/** Cuts the text of a metric into tokens; the last one is `end`. What no metric can have is a `wrong` one. */
export function metricTokens(text: string): readonly MetricToken[] {
  const tokens: MetricToken[] = []
  let offset = 0
  while (offset < text.length) {
    const blanks = /\s*/y
    blanks.lastIndex = offset
    offset += blanks.exec(text)?.[0].length ?? 0
    if (offset >= text.length) break
    const token = tokenAt(text, offset)
    tokens.push(token)
    offset += token.text.length
  }
  return [...tokens, { kind: 'end', text: '', offset: text.length }]
}

function tokenAt(text: string, offset: number): MetricToken {
  for (const [kind, pattern] of patterns) {
    pattern.lastIndex = offset
    const found = pattern.exec(text)?.[0]
    if (found !== undefined) return { kind, text: found, offset }
  }
  return { kind: 'wrong', text: String.fromCodePoint(text.codePointAt(offset) ?? 0), offset }
}
