import { join } from 'node:path'

/** Where tests keep what they download. Not part of the repository; whoever deletes it, loses time only. */
export const cacheFolder = join(import.meta.dirname, '../../.cache')
