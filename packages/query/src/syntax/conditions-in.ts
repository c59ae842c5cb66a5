import type { ConditionNode } from './tree.ts'

/** A condition and all that it is made of, in the order of the text as far as names go. */
export function conditionsIn(node: ConditionNode | null): readonly ConditionNode[] {
  if (node === null) return []
  switch (node.kind) {
    case 'and':
    case 'or':
      return [node, ...node.terms.flatMap(conditionsIn)]
    case 'not':
    case 'parentheses':
      return [node, ...conditionsIn(node.term)]
    case 'comparison':
    case 'in':
    case 'like':
    case 'between':
    case 'null':
      return [node]
    default:
      return node satisfies never
  }
}
