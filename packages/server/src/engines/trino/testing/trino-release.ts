import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'
import { cacheFolder } from '../../../../../../tools/scale/cache-folder.ts'
import { fetchFromMaven } from '../../../../../../tools/scale/fetch-from-maven.ts'

const run = promisify(execFile)

const version = '476'

// The server without connectors, and the two that give data which nobody here wrote, and room for some that we did.
const archives = [
  {
    coordinates: `io.trino:trino-server-core:${version}:tar.gz`,
    file: `trino-server-core-${version}.tar.gz`,
    sha256: '0f388f9967c177ae70a47c099082fc95387f0c3cb96d8000d1d41fc3a5223158',
  },
  {
    coordinates: `io.trino:trino-tpch:${version}:zip`,
    file: `trino-tpch-${version}.zip`,
    sha256: 'd83467efe864b1e77013208c293835e197bc3135318c2895521c1efbb7f232bd',
  },
  {
    coordinates: `io.trino:trino-memory:${version}:zip`,
    file: `trino-memory-${version}.zip`,
    sha256: 'bade81c52e2f7177a7b867aee1b10fae48fefda9c38f3ec6aeb006fdde5f0378',
  },
] as const

const cache = join(cacheFolder, 'trino')

/** Where a Trino of a JDK's is unpacked: fetched by Maven, checked, and kept for the next time. */
export async function trinoRelease(javaHome: string): Promise<string> {
  const server = join(cache, `trino-server-core-${version}`)
  if (existsSync(join(server, 'complete'))) return server
  await mkdir(cache, { recursive: true })
  const [core, ...plugins] = await Promise.all(archives.map((archive) => fetchFromMaven(archive, cache)))
  await rm(server, { recursive: true, force: true })
  await run('tar', ['xzf', core ?? '', '-C', cache])
  for (const plugin of plugins) {
    const name = basename(plugin, '.zip')
    await run(join(javaHome, 'bin/jar'), ['xf', plugin], { cwd: cache })
    await rename(join(cache, name), join(server, 'plugin', name))
  }
  await mkdir(join(server, 'complete'))
  return server
}
