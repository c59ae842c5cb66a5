/** What a browser makes of a file that it downloads. */
export interface ShownAs {
  readonly contentType: string
  /** Value of `Content-Disposition`. */
  readonly contentDisposition: string
}

/** A link that the blob store itself answers. */
export interface StoreLink {
  readonly url: string
  /** When the store refuses it: as asked, or earlier where the store's credentials end before. A whole second. */
  readonly expiresAt: number
}

/** Port: links to blobs that lead past this server. Nobody can take one back before it ends. */
export interface StoreLinks {
  /** A link to read the blob `key`, and nothing else, until `expiresAt` (a whole second). */
  linkTo(key: string, shown: ShownAs, expiresAt: number): Promise<StoreLink>
}
