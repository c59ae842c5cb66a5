import { mkdir, writeFile } from 'node:fs/promises'
import { cpus, totalmem } from 'node:os'
import { join } from 'node:path'

/** Median, smallest and largest of some measurements. */
export interface Spread {
  readonly median: number
  readonly minimum: number
  readonly maximum: number
}

export function spread(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length / 2
  const median =
    sorted.length % 2 === 1
      ? (sorted[Math.floor(middle)] ?? 0)
      : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2
  return { median: rounded(median), minimum: rounded(sorted[0] ?? 0), maximum: rounded(sorted.at(-1) ?? 0) }
}

export function rounded(value: number): number {
  return Number(value.toPrecision(4))
}

export function shown({ median, minimum, maximum }: Spread, unit: string): string {
  return `${median} ${unit} (${minimum} – ${maximum})`
}

/** Prints a benchmark's figures and keeps them as `bench/results/<name>.json`, with the machine they came from. */
export async function publish(name: string, lines: readonly string[], figures: object): Promise<void> {
  console.log(`\n${name}\n${lines.map((line) => `  ${line}`).join('\n')}`)
  const folder = join(import.meta.dirname, '../results')
  await mkdir(folder, { recursive: true })
  const machine = {
    cores: cpus().length,
    model: cpus()[0]?.model ?? '',
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    node: process.version,
  }
  await writeFile(join(folder, `${name}.json`), `${JSON.stringify({ machine, ...figures }, null, 2)}\n`)
}
