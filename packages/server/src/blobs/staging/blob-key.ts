import { invariant } from '../../kernel/invariant.ts'

const form = /^[A-Za-z0-9][A-Za-z0-9._-]{0,199}$/

/** Whether a name can be a key of a blob: one plain name, no folder, nothing hidden, no way out. */
export function isBlobKey(name: string): boolean {
  return form.test(name)
}

/** The key, if it is one. Keys are of our own making, so another is a bug. */
export function blobKey(key: string): string {
  invariant(isBlobKey(key), `'${key}' is a key of a blob`)
  return key
}
