import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

/** Answers per second that `url` gives to 32 connections, asked by a process of its own. Any other answer than 2xx is an error. */
export async function rateOf(url: string, token: string, seconds: number): Promise<number> {
  const autocannon = fileURLToPath(import.meta.resolve('autocannon'))
  const flags = ['--json', '-c', '32', '-d', `${seconds}`, '-H', `authorization=Bearer ${token}`, url]
  const { stdout } = await promisify(execFile)(process.execPath, [autocannon, ...flags], { maxBuffer: 1 << 26 })
  const result = JSON.parse(stdout) as { '2xx': number; non2xx: number; errors: number; duration: number }
  if (result.non2xx > 0 || result.errors > 0) throw new Error(`Some requests failed: ${stdout}`)
  return result['2xx'] / result.duration
}
