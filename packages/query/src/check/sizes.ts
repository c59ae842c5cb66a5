import { limits } from '../limits.ts'
import { conditionsIn } from '../syntax/conditions-in.ts'
import { spanFrom } from '../syntax/span.ts'
import type { QueryTree } from '../syntax/tree.ts'
import type { Findings } from './findings.ts'

/** How many names and values a query may have. */
export function checkSizes({ select, where }: QueryTree, findings: Findings): void {
  if (select.kind === 'names' && select.names.length > limits.selectedNames) {
    const tooMany = select.names[limits.selectedNames] ?? select.names[0]
    const data = { count: select.names.length, limit: limits.selectedNames }
    if (tooMany !== undefined) findings.add(tooMany.span, 'too_many_names', data)
  }
  for (const node of conditionsIn(where)) {
    if (node.kind !== 'in' || node.values.length <= limits.listValues) continue
    const data = { count: node.values.length, limit: limits.listValues }
    findings.add(spanFrom(node.name.span, node.keyword), 'too_many_values', data)
  }
}
