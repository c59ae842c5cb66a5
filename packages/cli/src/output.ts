/** Where commands write. Results go to standard output, everything that is said about them to standard error. */
export interface Output {
  /** A line of the result. */
  line(text?: string): void
  /** The result as JSON, for programs. */
  json(value: unknown): void
  /** Something for people: progress, a note, an error. */
  note(text: string): void
  /** Progress as it changes: written over itself on a terminal. Null when standard error is none. */
  readonly statusLine: ((text: string) => void) | null
}

/** The streams of this process. */
export const processOutput: Output = {
  line: (text = '') => void process.stdout.write(`${text}\n`),
  json: (value) => void process.stdout.write(`${JSON.stringify(value, null, 2)}\n`),
  note: (text) => void process.stderr.write(`${text}\n`),
  // Carriage return, the text, and from there to the end of the line nothing.
  statusLine: process.stderr.isTTY ? (text) => void process.stderr.write(`\r${text}\u001B[K`) : null,
}
