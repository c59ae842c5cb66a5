import type { NumberNode } from '../syntax/tree.ts'
import type { Findings } from './findings.ts'

/** The LIMIT as a number of rows, 1 or more. */
export function checkLimit(limit: NumberNode | null, findings: Findings): number | null {
  if (limit === null) return null
  if (!/^[0-9]*[1-9][0-9]*$/.test(limit.text)) {
    findings.add(limit.span, 'bad_limit', { text: limit.text })
    return null
  }
  // No result has more rows than that.
  return Math.min(Number(limit.text), Number.MAX_SAFE_INTEGER)
}
