import { textOfExact } from './exact.ts'
import type { Meaning } from './meaning.ts'
import type { NaiveValue } from './row.ts'
import type { Rules } from './rules.ts'

/** How a value stands in a file; `null` for what is empty there. */
export function fileForm(value: NaiveValue, { type, forms }: Meaning, rules: Rules): string | null {
  if (value === null) return null
  switch (type) {
    case 'string':
    case 'date':
      return String(value)
    case 'boolean':
      return forms[value === true ? 1 : 0]
    case 'integer':
    case 'decimal':
      return typeof value === 'bigint' ? exactForm(value, type, rules) : floatingForm(Number(value))
    case 'timestamp':
      return typeof value === 'bigint' ? timestampForm(value) : null
    default:
      return type satisfies never
  }
}

function exactForm(value: bigint, type: 'integer' | 'decimal', rules: Rules): string {
  const text = textOfExact(value)
  if (type === 'integer' || rules.decimals === 'trimmed') return text
  const [whole = '', fraction = ''] = text.split('.')
  return `${whole}.${fraction.padEnd(4, '0')}`
}

/** The shortest digits that read back as the same number, without an exponent. */
function floatingForm(value: number): string {
  const [mantissa = '', exponent = '0'] = String(value).split('e')
  if (exponent === '0') return mantissa
  const sign = mantissa.startsWith('-') ? '-' : ''
  const digits = mantissa.replaceAll(/[-.]/g, '')
  const places = Number(exponent)
  return sign + (places < 0 ? `0.${'0'.repeat(-places - 1)}${digits}` : digits.padEnd(places + 1, '0'))
}

function timestampForm(micros: bigint): string {
  const whole = new Date(Number(micros / 1_000_000n) * 1000).toISOString().slice(0, 19)
  const fraction = micros % 1_000_000n
  return fraction === 0n ? `${whole}Z` : `${whole}.${String(fraction).padStart(6, '0')}Z`
}
