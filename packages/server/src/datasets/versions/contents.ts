/**
 * Which versions of a dataset there are, and which is in force. It stands in one small file that is replaced as a whole:
 * whatever it doesn't name (a part, a version's description) is a leftover of a load that did not come to its end.
 */
export interface Contents {
  /** The number of the version in force. */
  readonly current: number
  /** By number, ascending. */
  readonly kept: readonly KeptVersion[]
}

export interface KeptVersion {
  readonly number: number
  readonly id: string
  /** When another took its place; null while it is in force. */
  readonly supersededAt: number | null
  /** The request that loaded it, where it may be asked again whether it has. */
  readonly loadedFor?: LoadRequestMark
  /** The request that put it in force again last. */
  readonly activatedFor?: string
}

/** What a load that is asked for again is known by. */
export interface LoadRequestMark {
  readonly requestId: string
  /** Of the file that came with the request, lower-case hex. */
  readonly sha256: string
}

export interface Retention {
  /** How many versions are kept, the one in force among them. */
  readonly keptVersions: number
  /** How long a version that was in force is kept whatever their number: runs that began on it may still read it. */
  readonly readersMs: number
}

/** The number of the next version: above all that there are. The newest one is never dropped, so none comes twice. */
export function nextNumber(contents: Contents | undefined): number {
  return (contents?.kept.at(-1)?.number ?? 0) + 1
}

/** Puts a new version in force. */
export function withVersion(
  contents: Contents | undefined,
  { number, id, loadedFor }: Pick<KeptVersion, 'number' | 'id' | 'loadedFor'>,
  now: number,
): Contents {
  const added = { number, id, supersededAt: null, ...(loadedFor !== undefined && { loadedFor }) }
  return switchTo({ current: number, kept: [...(contents?.kept ?? []), added] }, number, now)
}

/** Puts a version that is kept in force again, for a request. */
export function activate(contents: Contents, number: number, now: number, activatedFor: string): Contents {
  const { current, kept } = switchTo(contents, number, now)
  return { current, kept: kept.map((version) => (version.number === number ? { ...version, activatedFor } : version)) }
}

function switchTo(contents: Contents, number: number, now: number): Contents {
  return {
    current: number,
    kept: contents.kept.map((version) => {
      if (version.number === number) return { ...version, supersededAt: null }
      return version.supersededAt === null ? { ...version, supersededAt: now } : version
    }),
  }
}

/** Drops the versions that need not be kept: neither in force, nor among the newest, nor possibly still being read. */
export function retain(contents: Contents, { keptVersions, readersMs }: Retention, now: number): Contents {
  const older = contents.kept.length - keptVersions
  return {
    current: contents.current,
    kept: contents.kept.filter(
      ({ supersededAt }, index) => index >= older || supersededAt === null || now - supersededAt < readersMs,
    ),
  }
}
