import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import type { TrinoConnection } from '../trino-settings.ts'
import { trinoRelease } from './trino-release.ts'
import { rowsOfTrino } from './trino-world.ts'
import { freePort } from '../../../kernel/testing/free-port.ts'

/** A Trino of a test's own. */
export interface TestTrino {
  readonly connection: TrinoConnection
  readonly url: string
  readonly pid: number
  stop(): Promise<void>
}

/** Beside what every node needs: lines of `config.properties`, and other files of `etc`. */
export interface TestTrinoConfig {
  readonly lines?: readonly string[]
  readonly files?: Readonly<Record<string, string>>
}

/** While a test is worked on: the address of a Trino that runs already, with these catalogs. */
const running = process.env['TRINO_URL']

// Its input ends when this process does, however that comes: a test that is killed leaves no Java behind.
const endsWithUs = 'exec 3<&0; "$@" </dev/null & java=$!; (cat <&3 >/dev/null; kill -9 $java) & wait $java'

const leastJava = 24
const startLimitMs = 180_000

/**
 * Starts a real Trino, coordinator and worker in one, with the catalogs `tpch` and `memory`. Where it can't be had (no
 * JDK, no registry) this throws and its tests fail: none of them may pass without it.
 */
export async function startTrino({ lines = [], files = {} }: TestTrinoConfig = {}): Promise<TestTrino> {
  if (running !== undefined) return testTrino(running, 0, async () => undefined)
  const javaHome = findJava()
  const server = await trinoRelease(javaHome)
  const folder = mkdtempSync(join(tmpdir(), 'almanac-trino-'))
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const etc: Readonly<Record<string, string>> = {
    'config.properties': [
      'coordinator=true',
      'node-scheduler.include-coordinator=true',
      `http-server.http.port=${port}`,
      `discovery.uri=${url}`,
      'query.max-memory-per-node=1GB',
      // A machine that is busy with other tests answers late; nobody else is there to take the query.
      'failure-detector.enabled=false',
      // A test asks thousands of queries, and their histories would fill the heap.
      'query.max-history=20',
      'query.min-expire-age=1s',
      'catalog.management=static',
      ...lines,
    ].join('\n'),
    'catalog/tpch.properties': 'connector.name=tpch',
    'catalog/memory.properties': 'connector.name=memory\nmemory.max-data-per-node=512MB',
    ...files,
  }
  mkdirSync(join(folder, 'etc/catalog'), { recursive: true })
  for (const [name, text] of Object.entries(etc)) writeFileSync(join(folder, 'etc', name), `${text}\n`)

  const trino = spawn(
    'sh',
    [
      '-c',
      endsWithUs,
      'trino',
      join(javaHome, 'bin/java'),
      '-Xmx3G',
      '-XX:+ExitOnOutOfMemoryError',
      '-XX:-OmitStackTraceInFastThrow',
      '-XX:ReservedCodeCacheSize=256M',
      '-Djdk.attach.allowAttachSelf=true',
      '-cp',
      join(server, 'lib/*'),
      `-Dplugin.dir=${join(server, 'plugin')}`,
      '-Dconfig=etc/config.properties',
      '-Dnode.environment=almanac_test',
      `-Dnode.id=almanac-test-${port}`,
      `-Dnode.data-dir=${join(folder, 'data')}`,
      `-Dlog.path=${join(folder, 'server.log')}`,
      'io.trino.server.TrinoServer',
    ],
    { cwd: folder, stdio: ['pipe', 'ignore', 'ignore'] },
  )
  const exited = once(trino, 'exit')
  const stop = async (): Promise<void> => {
    trino.stdin.end()
    await exited
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    await started(url, trino)
  } catch (error) {
    const log = join(folder, 'server.log')
    const end = existsSync(log) ? readFileSync(log, 'utf8').split('\n').slice(-40).join('\n') : ''
    await stop()
    throw new Error(`Trino does not start:\n${end}`, { cause: error })
  }
  return testTrino(url, trino.pid ?? 0, stop)
}

function testTrino(url: string, pid: number, stop: () => Promise<void>): TestTrino {
  return { connection: { url, user: 'almanac', passwordFile: null, tokenFile: null }, url, pid, stop }
}

/** Polled: nothing tells when Trino is ready but its own answer. */
async function started(url: string, trino: { readonly exitCode: number | null }): Promise<void> {
  const until = performance.now() + startLimitMs
  for (;;) {
    const answer = await fetch(`${url}/v1/info`)
      .then((got) => got.json() as Promise<{ starting: boolean }>)
      .catch(() => undefined)
    // It says that it has started a moment before it knows of itself as a node.
    if (answer?.starting === false && (await answers(url))) return
    if (trino.exitCode !== null) throw new Error(`it ended with exit code ${trino.exitCode}`)
    if (performance.now() > until) throw new Error(`it has not started within ${startLimitMs} ms`)
    await setTimeout(200)
  }
}

function answers(url: string): Promise<boolean> {
  const connection = { url, user: 'almanac', passwordFile: null, tokenFile: null }
  return rowsOfTrino(connection, 'SELECT name FROM tpch.tiny.region').then(
    (rows) => rows.length === 5,
    () => false,
  )
}

/** The home of a JDK that Trino runs on. Throws where there is none. */
export function findJava(): string {
  const homes = [process.env['TRINO_JAVA_HOME'], process.env['JAVA_HOME'], ...globSync('/usr/lib/jvm/*')]
  const found = homes.find((home) => home !== undefined && versionOf(home) >= leastJava)
  if (found === undefined)
    throw new Error(`Trino needs a JDK ${leastJava} or newer: install one, and name its folder in TRINO_JAVA_HOME`)
  return found
}

function versionOf(javaHome: string): number {
  const release = join(javaHome, 'release')
  if (!existsSync(release) || !existsSync(join(javaHome, 'bin/java'))) return 0
  return Number(/^JAVA_VERSION="(\d+)/m.exec(readFileSync(release, 'utf8'))?.[1] ?? 0)
}
