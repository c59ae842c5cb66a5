import { basename } from 'node:path'
import type { Column } from '@almanac/query'

/** Why a value can't be read as its column's type, where it stands, and what to do: from the engine's own words. */
export function describeConversion({ name, type }: Column, error: unknown): string {
  const words = error instanceof Error ? error.message : String(error)
  const value = valueIn(words)
  if (value === undefined) return `${name} can't be read as ${type}: ${firstLine(words)}`
  const hint = type === 'boolean' ? ' (true and false, yes and no, 1 and 0 are)' : ''
  return `'${value}'${placeIn(words)} is no ${type}${hint}: correct the data, or declare ${name} as string`
}

const valueWords: readonly RegExp[] = [
  /Could not convert string "([^"]*)" to/,
  /Could not convert string '([^']*)' to/,
  /(?:field value out of range|field format): "([^"]*)"/,
  /Failed to cast value to numerical: "([^"]*)"/,
  // Trino's.
  /Cannot cast '([^']*)' to/,
  /Value cannot be cast to \w+: (.+)$/m,
  /(?:Could not parse|Failed to parse|Unable to convert)[^"]*"([^"]*)"/i,
]

function valueIn(words: string): string | undefined {
  return valueWords.map((pattern) => pattern.exec(words)?.[1]).find((value) => value !== undefined)
}

function placeIn(words: string): string {
  const csv = { line: /CSV Error on Line: (\d+)/.exec(words)?.[1], file: /^\s*file = (.+)$/m.exec(words)?.[1] }
  if (csv.line !== undefined && csv.file !== undefined) return ` (${basename(csv.file)}, line ${csv.line})`
  const [, file, record] = /in file "([^"]+)", in record\/value (\d+)/.exec(words) ?? []
  return file === undefined ? '' : ` (${basename(file)}, record ${record})`
}

function firstLine(words: string): string {
  return words.split('\n')[0] ?? ''
}
