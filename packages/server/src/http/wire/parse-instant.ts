const form = /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:Z|([+-])(\d\d):?(\d\d))$/i

/**
 * Epoch milliseconds of a timestamp: `yyyy-MM-ddTHH:mm:ssZ`, also with fractions of a second, an offset in place of `Z`,
 * or a blank in place of `T`. Undefined for anything else, and for what no calendar has (30 February, 24:00).
 */
export function parseInstant(text: string): number | undefined {
  const match = form.exec(text.trim())
  if (match === null) return undefined
  const [, year, month, day, hour, minute, second, fraction = '', sign, offsetHour = '0', offsetMinute = '0'] = match
  const local = new Date(0)
  local.setUTCFullYear(Number(year), Number(month) - 1, Number(day))
  local.setUTCHours(Number(hour), Number(minute), Number(second), Number(fraction.padEnd(3, '0').slice(0, 3)))
  // Date carries what is too large over to the next field; then it no longer says what was sent.
  const said = [year, month, day, hour, minute, second].map(Number)
  const kept = [
    local.getUTCFullYear(),
    local.getUTCMonth() + 1,
    local.getUTCDate(),
    local.getUTCHours(),
    local.getUTCMinutes(),
    local.getUTCSeconds(),
  ]
  if (said.some((part, index) => part !== kept[index])) return undefined
  if (Number(offsetHour) > 23 || Number(offsetMinute) > 59) return undefined
  const offsetMs = (Number(offsetHour) * 60 + Number(offsetMinute)) * 60_000
  return local.getTime() - (sign === '-' ? -offsetMs : offsetMs)
}
