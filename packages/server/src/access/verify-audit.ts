import { canonicalJson, auditStart, lineHash } from './audit-chain.ts'
import type { AuditHead, AuditLine } from './audit-log.ts'

/** Something that is wrong with an audit log, in words, and the line where it shows. */
export interface AuditFault {
  readonly number: number
  readonly problem: string
}

export interface AuditVerdict {
  /** Lines that were looked at. */
  readonly lines: number
  readonly head: AuditHead
  /** Empty: the log is whole. The first hundred. */
  readonly faults: readonly AuditFault[]
}

const mostFaults = 100

/**
 * Reads a log from its beginning and finds lines that were altered, are missing or are not in their places. `head` is
 * where the log says that it ends; null for a file that says nothing of it. `anchor` is a line whose hash somebody noted
 * elsewhere: only against one does it show that all lines from some point on were written anew.
 */
export async function verifyAudit(
  lines: AsyncIterable<AuditLine>,
  head: AuditHead | null,
  anchor: AuditHead | null,
): Promise<AuditVerdict> {
  const faults: AuditFault[] = []
  const fault = (number: number, problem: string): void => {
    if (faults.length < mostFaults) faults.push({ number, problem })
  }
  let last = auditStart
  let count = 0
  let isAnchorSeen = anchor === null

  for await (const { number, text, hash } of lines) {
    count += 1
    if (number <= last.number) fault(number, 'The line is not in its place')
    else if (number > last.number + 1) fault(number, missingBetween(last.number + 1, number - 1))
    // What a missing line's hash was, nobody knows: the line after it is held against itself from there on.
    const follows = number === last.number + 1
    if (follows && lineHash(last.hash, text) !== hash) {
      fault(number, 'The line was altered, or does not follow the line before it')
    }
    if (numberIn(text) !== number) fault(number, 'The text is not that of this line')
    if (anchor?.number === number) {
      isAnchorSeen = true
      if (anchor.hash !== hash)
        fault(number, 'The hash is not the one that was noted: this line or one before was written anew')
    }
    last = { number, hash }
  }

  if (head !== null && head.number > last.number) fault(head.number, missingBetween(last.number + 1, head.number))
  else if (head !== null && (head.number < last.number || head.hash !== last.hash)) {
    fault(last.number, 'The log ends elsewhere than it says')
  }
  if (!isAnchorSeen && anchor !== null) fault(anchor.number, 'The line that was noted is not there')
  return { lines: count, head: last, faults }
}

function missingBetween(first: number, last: number): string {
  return first === last ? `Line ${first} is missing` : `Lines ${first} to ${last} are missing`
}

/** The number that a line's text gives itself; null for a text that the log didn't write. */
function numberIn(text: string): unknown {
  try {
    const entry = JSON.parse(text) as { readonly number?: unknown }
    return canonicalJson(entry) === text ? entry.number : null
  } catch {
    return null
  }
}
