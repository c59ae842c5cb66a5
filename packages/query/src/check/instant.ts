/** A date or a point in time, as a literal writes it. */
export interface Instant {
  /** Microseconds since 1970, UTC. */
  readonly atMicros: bigint
  /** `yyyy-MM-dd`, without a time of day. */
  readonly isDateOnly: boolean
}

const instantPattern =
  /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,6}))?)?(?:Z|([+-])(\d{2}):?(\d{2}))?)?$/i

/**
 * Reads `yyyy-MM-dd`, or that with `T` or a blank and a time `HH:mm[:ss[.ffffff]]`, in UTC or with an offset.
 * `undefined` for any other text, and for days that don't exist.
 */
export function parseInstant(text: string): Instant | undefined {
  const parts = instantPattern.exec(text)
  if (parts === null) return undefined
  const [, day = '', hours, minutes = '0', seconds = '0', fraction = '', sign, offsetHours = '0', offsetMinutes = '0'] =
    parts
  const dayAt = Date.parse(`${day}T00:00:00Z`)
  // JavaScript takes 30 February for 1 March, and the year 0 is one that DuckDB writes as BC.
  if (Number.isNaN(dayAt) || new Date(dayAt).toISOString().slice(0, 10) !== day || day.startsWith('0000')) {
    return undefined
  }
  if (Number(hours ?? '0') > 23 || Number(minutes) > 59 || Number(seconds) > 59) return undefined
  if (Number(offsetHours) > 23 || Number(offsetMinutes) > 59) return undefined

  const timeSeconds = secondsOf(hours ?? '0', minutes) + Number(seconds)
  const offsetSeconds = secondsOf(offsetHours, offsetMinutes) * (sign === '-' ? -1 : 1)
  const wholeSeconds = dayAt / 1000 + timeSeconds - offsetSeconds
  return {
    atMicros: BigInt(wholeSeconds) * 1_000_000n + BigInt(fraction.padEnd(6, '0')),
    isDateOnly: hours === undefined,
  }
}

function secondsOf(hours: string, minutes: string): number {
  return Number(hours) * 3600 + Number(minutes) * 60
}
