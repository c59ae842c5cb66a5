import type { ExtensionName } from '../diagnostic-codes.ts'
import type { Profile } from '../profile.ts'
import { conditionsIn } from '../syntax/conditions-in.ts'
import type { Span } from '../syntax/span.ts'
import type { ConditionNode, QueryTree } from '../syntax/tree.ts'
import type { Findings } from './findings.ts'

interface Use {
  readonly name: ExtensionName
  readonly span: Span
}

/** What is an extension of the documented grammar, and how it is called. */
const extensionNames: Record<ConditionNode['kind'], ExtensionName | null> = {
  comparison: null,
  in: null,
  like: null,
  and: null,
  or: 'OR',
  not: 'NOT',
  parentheses: 'parentheses',
  null: 'IS NULL',
  between: 'BETWEEN',
}

/** The extensions that a query uses, each once. In a profile that takes none, each use is reported. */
export function checkExtensions(tree: QueryTree, profile: Profile, findings: Findings): readonly ExtensionName[] {
  const uses = usesIn(tree).toSorted((a, b) => a.span.start - b.span.start)
  if (profile === 'partner-center') {
    for (const { name, span } of uses) findings.add(span, 'extension', { name })
  }
  return [...new Set(uses.map(({ name }) => name))]
}

function usesIn({ select, where, timespan }: QueryTree): readonly Use[] {
  const inWhere = conditionsIn(where).flatMap(({ kind, keyword }) => {
    const name = extensionNames[kind]
    return name === null ? [] : [{ name, span: keyword }]
  })
  return [
    ...(select.kind === 'all' ? [{ name: 'SELECT *', span: select.span } as const] : []),
    ...inWhere,
    ...(timespan?.kind === 'between' ? [{ name: 'TIMESPAN BETWEEN', span: timespan.keyword } as const] : []),
  ]
}
