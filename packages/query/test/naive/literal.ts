import { exactOf } from './exact.ts'

// What a literal says, in the type of what it is compared with. The queries of the test have only literals that convert.

/** The day of `yyyy-MM-dd`, or of a point in time that is a midnight UTC. */
export function dayOfLiteral(text: string): string {
  return dayOfMicros(microsOfLiteral(text))
}

/** Microseconds since 1970 of `yyyy-MM-dd[( |T)HH:mm[:ss[.ffffff]][Z|±HH[:]mm]]`. */
export function microsOfLiteral(text: string): bigint {
  const [, day = '', hours = '00', minutes = '00', seconds = '00', fraction = '', zone = 'Z'] =
    /^(.{10})(?:[Tt ](..):(..)(?::(..)(?:\.(\d+))?)?(.*))?$/.exec(text) ?? []
  const offset = /^[+-]/.test(zone) ? `${zone.slice(0, 3)}:${zone.slice(-2)}` : 'Z'
  const at = Date.parse(`${day}T${hours}:${minutes}:${seconds}${offset}`)
  if (Number.isNaN(at)) throw new Error(`not a point in time: ${text}`)
  return BigInt(at) * 1000n + BigInt(fraction.padEnd(6, '0'))
}

export function dayOfMicros(micros: bigint): string {
  return new Date(Number(micros / 1000n)).toISOString().slice(0, 10)
}

/**
 * A number, to compare with exact ones and with floating ones. With more than 26 digits before the point, or 12 after it,
 * it compares as a floating one only.
 */
export function numberOfLiteral(text: string): { readonly exact: bigint | null; readonly floating: number } {
  const [whole = '', fraction = ''] = text.replace(/^[+-]?0*/, '').split('.')
  const isExact = whole.length <= 26 && fraction.replace(/0+$/, '').length <= 12
  return { exact: isExact ? exactOf(text) : null, floating: Number(text) }
}
