import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { createReadStream, existsSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { promisify } from 'node:util'

export interface MavenArtifact {
  /** `group:name:version:packaging[:classifier]`. */
  readonly coordinates: string
  /** The file's name, as Maven gives it. */
  readonly file: string
  readonly sha256: string
}

// Pinned, as what it fetches is.
const copy = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy'

/**
 * Where an artifact lies in `folder`: fetched by `mvn`, from wherever this machine has its artifacts, on first use. Rejects
 * when there is no `mvn`, when it can't be had, and when it isn't the file that was released.
 */
export async function fetchFromMaven({ coordinates, file, sha256 }: MavenArtifact, folder: string): Promise<string> {
  const path = join(folder, file)
  if (!existsSync(path)) {
    await mkdir(folder, { recursive: true })
    // Beside it, then renamed: a fetch that is interrupted leaves no half a file under its name.
    const part = await mkdtemp(join(folder, 'fetching-'))
    const flags = [`-Dartifact=${coordinates}`, `-DoutputDirectory=${part}`]
    await promisify(execFile)('mvn', ['--quiet', '--batch-mode', copy, ...flags], { cwd: part })
    await rename(join(part, file), path)
    await rm(part, { recursive: true })
  }
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  if (hash.digest('hex') !== sha256) throw new Error(`${path} is not what was released: remove it`)
  return path
}
