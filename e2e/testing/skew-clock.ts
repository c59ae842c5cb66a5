// Loaded before anything else: the process believes that its machine's clock is off by so many seconds.
const offMs = Number(process.env['CLOCK_OFF_SECONDS'] ?? 0) * 1_000
const trueNow = Date.now.bind(Date)
const TrueDate = Date

class SkewedDate extends TrueDate {
  constructor(...given: readonly unknown[]) {
    // With nothing given it is now; all else stays what it says.
    super(...((given.length === 0 ? [trueNow() + offMs] : given) as [number]))
  }
  static override now(): number {
    return trueNow() + offMs
  }
}

globalThis.Date = SkewedDate as DateConstructor
