import type { Candidate } from './completion.ts'

/** Keywords as they are offered: with the word that always follows, and what they are for. */
const keywords: Readonly<Record<string, { readonly label?: string; readonly description: string } | undefined>> = {
  SELECT: { description: 'The columns and metrics of the result' },
  DISTINCT: { description: 'Each different row once' },
  '*': { description: 'All columns, no metrics' },
  FROM: { description: 'The dataset' },
  WHERE: { description: 'Which rows count, or which groups are kept' },
  AND: { description: 'Both must hold' },
  OR: { description: 'One of them must hold' },
  NOT: { description: 'The opposite' },
  ORDER: { label: 'ORDER BY', description: 'The order of the result, descending unless it says ASC' },
  ASC: { description: 'The smallest first' },
  DESC: { description: 'The largest first, as without it' },
  LIMIT: { description: 'At most so many rows' },
  TIMESPAN: { description: 'The time that counts' },
  BETWEEN: { description: 'From one date to another, both included' },
}

/** A keyword, or `*`. */
export function keywordItem(word: string): Candidate {
  const { label = word, description } = keywords[word] ?? {}
  return { kind: 'keyword', label, insertText: label, ...(description !== undefined && { description }) }
}
