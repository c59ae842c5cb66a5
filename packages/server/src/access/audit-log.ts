import type { AuditEntry } from '../kernel/audit-entry.ts'

/** A line of the log as it is kept. */
export interface AuditLine {
  /** From 1, without gaps. */
  readonly number: number
  /** The entry as canonical JSON, its number in it: see `audit-chain.ts`. */
  readonly text: string
  /** SHA-256 (hex) of the hash of the line before and this line's text. */
  readonly hash: string
}

/** Where the log ends: what is missing at its end shows against it. */
export interface AuditHead {
  /** How many lines there are. */
  readonly number: number
  readonly hash: string
}

/**
 * Port: the audit log. Lines are only ever added. Changes that other ports make bring their entry along and write it in
 * their own transaction; what has none of its own is appended here.
 */
export interface AuditLog {
  /** All of them or none. */
  append(...entries: readonly AuditEntry[]): Promise<void>
  /** Lines in order, from one number on. */
  read(fromNumber: number, limit: number): Promise<readonly AuditLine[]>
  head(): Promise<AuditHead>
}
