/** The blob store can't be reached, or refuses us. What it said is in the message and the cause, for the log. */
export class BlobStoreUnavailable extends Error {
  override readonly name = 'BlobStoreUnavailable'
}
