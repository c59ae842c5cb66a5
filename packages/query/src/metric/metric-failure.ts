/** Ends the reading of a metric from any depth; `parseMetric` makes a result of it, and nobody else sees it. */
export class MetricFailure extends Error {
  override readonly name = 'MetricFailure'
  readonly offset: number

  constructor(message: string, offset: number) {
    super(message)
    this.offset = offset
  }
}
