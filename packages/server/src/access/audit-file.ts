import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { canonicalJson } from './audit-chain.ts'
import type { AuditLine } from './audit-log.ts'

/** A line of an exported log: JSON with the entry and its hash. */
export function exportedLine({ text, hash }: AuditLine): string {
  return `{"entry":${text},"hash":${JSON.stringify(hash)}}`
}

/** The lines of an exported log. What is no line of one comes as a line that can't be right, so that it is found. */
export async function* readAuditFile(path: string): AsyncGenerator<AuditLine> {
  let last = 0
  for await (const text of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
    if (text.trim() === '') continue
    const line = parse(text) ?? { number: last + 1, text, hash: '' }
    last = line.number
    yield line
  }
}

function parse(text: string): AuditLine | undefined {
  try {
    const { entry, hash } = JSON.parse(text) as {
      readonly entry?: { readonly number?: unknown }
      readonly hash?: unknown
    }
    const number = entry?.number
    if (typeof number !== 'number' || typeof hash !== 'string') return undefined
    return { number, text: canonicalJson(entry), hash }
  } catch {
    return undefined
  }
}
