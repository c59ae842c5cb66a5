import { randomUUID } from 'node:crypto'

/** Makes ids. Handed in, so that a test can name what it creates. Ids are opaque text; new ones are UUIDs. */
export type NewId = () => string

export const randomId: NewId = () => randomUUID()
