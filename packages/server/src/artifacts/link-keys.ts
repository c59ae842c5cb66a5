import type { KeyObject } from 'node:crypto'

/** A key that signs links. Its id stands in each link, so that the keys can be changed without breaking links. */
export interface LinkKey {
  readonly id: string
  /** 32 random bytes, prepared for use once: preparing them costs more than a signature. */
  readonly secret: KeyObject
}

/** Port: the keys of links. The newest signs; all that are still kept verify. */
export interface LinkKeys {
  newest(): Promise<LinkKey>
  find(id: string): Promise<LinkKey | undefined>
}
