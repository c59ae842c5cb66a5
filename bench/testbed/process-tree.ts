import { readFileSync, readdirSync } from 'node:fs'

/** This process and all below it, by the kernel's own accounts (Linux). */
export interface TreeUsage {
  /** Seconds of processor time, user and system, of the processes that live now and of those that have ended. */
  readonly cpuSeconds: number
  /** The largest resident size that the process itself has had; MiB. */
  readonly rootPeakMiB: number
  /** The same for the largest of the processes below it that live now. */
  readonly childPeakMiB: number
}

const ticksPerSecond = 100

export function treeUsage(rootPid: number): TreeUsage {
  const usages = treeOf(rootPid).flatMap((pid) => usageOf(pid) ?? [])
  return {
    cpuSeconds: usages.reduce((sum, usage) => sum + usage.cpuSeconds, 0),
    rootPeakMiB: usages[0]?.peakMiB ?? 0,
    childPeakMiB: Math.max(0, ...usages.slice(1).map((usage) => usage.peakMiB)),
  }
}

function treeOf(rootPid: number): readonly number[] {
  const parents = new Map<number, number>()
  for (const name of readdirSync('/proc')) {
    const pid = Number(name)
    const stat = Number.isInteger(pid) ? statOf(pid) : undefined
    if (stat !== undefined) parents.set(pid, Number(stat[1]))
  }
  const tree = [rootPid]
  for (const pid of tree) for (const [child, parent] of parents) if (parent === pid) tree.push(child)
  return tree
}

function usageOf(pid: number): { cpuSeconds: number; peakMiB: number } | undefined {
  const stat = statOf(pid)
  if (stat === undefined) return undefined
  const [user = 0, system = 0, endedUser = 0, endedSystem = 0] = stat.slice(11, 15).map(Number)
  try {
    const peakKiB = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
    return {
      cpuSeconds: (user + system + endedUser + endedSystem) / ticksPerSecond,
      peakMiB: Number(peakKiB ?? 0) / 1024,
    }
  } catch {
    return undefined
  }
}

/** The fields of /proc/PID/stat after the name (which may hold blanks): state, parent, … */
function statOf(pid: number): readonly string[] | undefined {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ')
  } catch {
    return undefined
  }
}
