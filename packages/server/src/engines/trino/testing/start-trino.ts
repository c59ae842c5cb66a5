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
  /** Nodes beside the coordinator, which works too. */
  readonly workers?: number
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
export async function startTrino({ lines = [], files = {}, workers = 0 }: TestTrinoConfig = {}): Promise<TestTrino> {
  if (running !== undefined && lines.length === 0) return testTrino(running, 0, async () => undefined)
  const javaHome = findJava()
  const program = { javaHome, server: await trinoRelease(javaHome) }
  const url = `http://127.0.0.1:${await freePort()}`
  const common = [`discovery.uri=${url}`, 'catalog.management=static', ...lines]
  const coordinator = startNode(program, new URL(url).port, '-Xmx3G', {
    ...files,
    'config.properties': [
      'coordinator=true',
      'node-scheduler.include-coordinator=true',
      'query.max-memory-per-node=1GB',
      // A machine that is busy with other tests answers late; nobody else is there to take the query.
      'failure-detector.enabled=false',
      // A test asks thousands of queries, and their histories would fill the heap.
      'query.max-history=20',
      'query.min-expire-age=1s',
      ...common,
    ].join('\n'),
  })
  const nodes = [coordinator]
  for (let worker = 0; worker < workers; worker++) {
    const config = ['coordinator=false', 'query.max-memory-per-node=300MB', ...common].join('\n')
    nodes.push(startNode(program, String(await freePort()), '-Xmx1G', { ...files, 'config.properties': config }))
  }
  const stop = async (): Promise<void> => {
    await Promise.all(nodes.map((node) => node.stop()))
  }
  try {
    await started(url, coordinator, 1 + workers)
  } catch (error) {
    const ends = nodes.map((node) => node.endOfLog())
    await stop()
    throw new Error(`Trino does not start:\n${ends.join('\n\n')}`, { cause: error })
  }
  return testTrino(url, coordinator.pid, stop)
}

/** A process of Trino, with a folder of its own. */
interface Node {
  readonly pid: number
  readonly exitCode: number | null
  endOfLog(): string
  stop(): Promise<void>
}

const catalogs: Readonly<Record<string, string>> = {
  'catalog/tpch.properties': 'connector.name=tpch',
  'catalog/memory.properties': 'connector.name=memory\nmemory.max-data-per-node=512MB',
}

function startNode(
  { javaHome, server }: { readonly javaHome: string; readonly server: string },
  port: string,
  heap: string,
  etc: Readonly<Record<string, string>>,
): Node {
  const folder = mkdtempSync(join(tmpdir(), 'almanac-trino-'))
  const log = join(folder, 'server.log')
  mkdirSync(join(folder, 'etc/catalog'), { recursive: true })
  for (const [name, text] of Object.entries({ ...catalogs, ...etc })) {
    const portLine = name === 'config.properties' ? `http-server.http.port=${port}\n` : ''
    writeFileSync(join(folder, 'etc', name), `${portLine}${text}\n`)
  }
  const java = spawn(
    'sh',
    [
      '-c',
      endsWithUs,
      'trino',
      join(javaHome, 'bin/java'),
      heap,
      '-XX:+ExitOnOutOfMemoryError',
      '-XX:-OmitStackTraceInFastThrow',
      '-XX:ReservedCodeCacheSize=256M',
      '-Djdk.attach.allowAttachSelf=true',
      '-cp',
      join(server, 'lib/*'),
      `-Dplugin.dir=${join(server, 'plugin')}`,
      '-Dconfig=etc/config.properties',
      '-Dnode.environment=almanac_test',
      // Or it would take an address of the machine's, which goes when somebody ends a container that it came with.
      '-Dnode.internal-address=127.0.0.1',
      `-Dnode.id=almanac-test-${port}`,
      `-Dnode.data-dir=${join(folder, 'data')}`,
      `-Dlog.path=${log}`,
      'io.trino.server.TrinoServer',
    ],
    { cwd: folder, stdio: ['pipe', 'ignore', 'ignore'] },
  )
  const exited = once(java, 'exit')
  return {
    pid: java.pid ?? 0,
    get exitCode() {
      return java.exitCode
    },
    endOfLog: () => (existsSync(log) ? readFileSync(log, 'utf8').split('\n').slice(-40).join('\n') : ''),
    async stop() {
      java.stdin.end()
      await exited
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function testTrino(url: string, pid: number, stop: () => Promise<void>): TestTrino {
  return { connection: { url, user: 'almanac', passwordFile: null, tokenFile: null }, url, pid, stop }
}

/** Polled: nothing tells when Trino is ready but its own answer. */
async function started(url: string, coordinator: Node, nodes: number): Promise<void> {
  const until = performance.now() + startLimitMs
  for (;;) {
    const answer = await fetch(`${url}/v1/info`)
      .then((got) => got.json() as Promise<{ starting: boolean }>)
      .catch(() => undefined)
    // It says that it has started a moment before it knows of itself as a node.
    if (answer?.starting === false && (await answers(url, nodes))) return
    if (coordinator.exitCode !== null) throw new Error(`it ended with exit code ${coordinator.exitCode}`)
    if (performance.now() > until) throw new Error(`it has not started within ${startLimitMs} ms`)
    await setTimeout(200)
  }
}

function answers(url: string, nodes: number): Promise<boolean> {
  const connection = { url, user: 'almanac', passwordFile: null, tokenFile: null }
  const ask = `SELECT count(DISTINCT node_id) FROM system.runtime.nodes, tpch.tiny.region WHERE state = 'active'`
  return rowsOfTrino(connection, ask).then(
    ([row]) => Number(row?.[0]) === nodes,
    () => false,
  )
}

/** A JDK that runs Trino. Throws in words where there is none. */
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
