import type { Errand } from '../../datasets/query-engine.ts'

/** Which Trino, and as whom. */
export interface TrinoConnection {
  /** Of the coordinator, without a path: `https://trino.example.com`. */
  readonly url: string
  readonly user: string
  /** Files, read again for each query: who rotates a secret restarts nothing. */
  readonly passwordFile: string | null
  /** A JWT. */
  readonly tokenFile: string | null
}

/** What Trino is told of a query beside its text. */
export interface TrinoErrand {
  readonly timeLimitMs: number
  readonly errand?: Errand | undefined
}
