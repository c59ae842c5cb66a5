// Fuzzes the HTTP surface of a real server from the OpenAPI documents, with schemathesis: every answer must be one that the
// documents have, and none a 5xx.
//
//   npm run fuzz:http                        at least 20,000 requests
//   npm run fuzz:http -- --requests 2000     what CI runs
//   npm run fuzz:http -- --seed 7            other ones
//
// The last line is for programs: `fuzz-http: 2417 requests, 1311 answered 2xx, 0 findings`. Ends with 1 when something was
// found or the fuzz was shallow, and with 3 when there is no Python with packages: then nothing was tested.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { apiVersions } from '@almanac/api'
import { openWorld, type World } from './fuzz-http/world.ts'
import { NoPython, pythonEnvironment } from './scale/python-environment.ts'

interface Counts {
  readonly counts: Readonly<Record<string, number>>
  /** Operation → status → answers. */
  readonly operations: Readonly<Record<string, Readonly<Record<string, number>>>>
}

const checks = [
  'not_a_server_error',
  'status_code_conformance',
  'content_type_conformance',
  'response_headers_conformance',
  'response_schema_conformance',
  'allow_header_conformance',
  // Ours: see hooks.py.
  'answer_is_documented',
]

const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '20000' },
    seed: { type: 'string', default: '20260509' },
  },
})
const wanted = Number(values.requests)

const requirements = join(import.meta.dirname, 'fuzz-http/requirements.txt')
const commands = await pythonEnvironment('fuzz-http', requirements).catch((error: unknown) => {
  if (!(error instanceof NoPython)) throw error
  console.error(`fuzz-http: NOT RUN. There is no python3 with venv, or its packages can't be had:\n${error.message}`)
  process.exit(3)
})
const command = join(commands, 'schemathesis')
const world = await openWorld()
try {
  process.exitCode = await fuzz(world)
} finally {
  await world.close()
}

/** Runs rounds of both documents, the newer one first, each with a seed of its own, until there were enough requests. */
async function fuzz(world: World): Promise<number> {
  const startedAt = performance.now()
  const rounds: Counts[] = []
  let findings = 0
  const requests = (): number => sum(rounds, 'requests')
  for (let round = 0; requests() < wanted && findings === 0; round++) {
    for (const version of apiVersions.toReversed()) {
      if (requests() >= wanted) break
      const { counts, failed } = await fuzzDocument(world, version, Number(values.seed) + round)
      rounds.push(counts)
      findings += failed ? 1 : 0
    }
  }
  // A callback that nobody took is an error to whoever runs the server, and none of the server.
  const broken = world.server.log
    .split('\n')
    .filter((line) => /"level":(50|60)/.test(line) && !line.includes('"msg":"callback given up"'))
  const handled = handledIn(await world.metrics())
  const answered = sum(rounds, '2xx')

  const operations = merged(rounds.map((round) => round.operations))
  for (const [operation, statuses] of Object.entries(operations).sort(([a], [b]) => a.localeCompare(b)))
    console.log(
      `${operation.padEnd(28)} ${Object.entries(statuses)
        .map(([status, count]) => `${status}: ${count}`)
        .join('  ')}`,
    )
  console.log(JSON.stringify(rounds.map(({ counts }) => counts).reduce(added, {})))
  for (const line of broken.slice(0, 10)) console.log(line)
  const silent = Object.entries(operations).filter(
    ([, statuses]) => !Object.keys(statuses).some((one) => one.startsWith('2')),
  )
  for (const [operation] of silent) console.log(`never answered 2xx: ${operation}`)
  console.log(
    `server's own count: ${handled.requests} requests reached a route, ${handled.answered} of them answered 2xx; ${broken.length} errors logged`,
  )
  // Few requests may miss an operation or two; thousands may not.
  const shallow = answered < requests() / 5 || handled.answered < answered || (wanted > 5_000 && silent.length > 0)
  const all = findings + broken.length + (shallow ? 1 : 0)
  console.log(
    `fuzz-http: ${requests()} requests, ${answered} answered 2xx, ${all} findings, ${Math.round((performance.now() - startedAt) / 1_000)} s`,
  )
  return all === 0 ? 0 : 1
}

async function fuzzDocument(world: World, version: string, seed: number): Promise<{ counts: Counts; failed: boolean }> {
  const countsFile = join(world.folder, 'counts.json')
  const args = [
    'run',
    join(import.meta.dirname, '../openapi', `${version}.json`),
    '--url',
    world.server.url,
    '--checks',
    checks.join(),
    '--seed',
    String(seed),
    '--max-examples',
    // Per operation, beside those that cover every field and boundary.
    String(wanted > 5_000 ? 120 : 10),
    '--workers',
    '1',
    '--suppress-health-check',
    'all',
    '--continue-on-failure',
    '--generation-with-security-parameters',
    'false',
    '--generation-database',
    'none',
    '--warnings',
    'off',
    '--request-timeout',
    '30',
    '--no-color',
  ]
  const child = spawn(command, args, {
    cwd: world.folder,
    stdio: 'inherit',
    env: {
      ...process.env,
      SCHEMATHESIS_HOOKS: join(import.meta.dirname, 'fuzz-http/hooks.py'),
      PYTHONDONTWRITEBYTECODE: '1',
      FUZZ_WORLD: world.file,
      FUZZ_SEED: String(seed),
      FUZZ_COUNTS: countsFile,
    },
  })
  const [code] = (await once(child, 'exit')) as [number | null]
  const counts = JSON.parse(await readFile(countsFile, 'utf8')) as Counts
  return { counts, failed: code !== 0 }
}

/** From the server's metrics: how many requests came to a route of the API, and how many of them were answered 2xx. */
function handledIn(metrics: string): { readonly requests: number; readonly answered: number } {
  let requests = 0
  let answered = 0
  for (const line of metrics.split('\n')) {
    const found = /^almanac_http_request_duration_seconds_count\{(.+)\} (\d+)$/.exec(line)
    if (found === null || /route="none"/.test(line)) continue
    requests += Number(found[2])
    if (/status="2/.test(line)) answered += Number(found[2])
  }
  return { requests, answered }
}

function sum(rounds: readonly Counts[], name: string): number {
  return rounds.reduce((total, { counts }) => total + (counts[name] ?? 0), 0)
}

type Tally = Readonly<Record<string, number>>

function added(one: Tally, other: Tally): Tally {
  const names = new Set([...Object.keys(one), ...Object.keys(other)])
  return Object.fromEntries([...names].map((name) => [name, (one[name] ?? 0) + (other[name] ?? 0)]))
}

function merged(tallies: readonly Readonly<Record<string, Tally>>[]): Record<string, Tally> {
  const all: Record<string, Tally> = {}
  for (const tally of tallies)
    for (const [name, counts] of Object.entries(tally)) all[name] = added(all[name] ?? {}, counts)
  return all
}
