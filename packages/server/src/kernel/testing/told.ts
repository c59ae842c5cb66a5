import { serverItself } from '../audit-entry.ts'

/** What a store is handed to tell the audit log, where a test doesn't speak of it. */
export const told = { source: serverItself, at: 0 }
