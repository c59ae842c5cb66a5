import { readdir, readFile } from 'node:fs/promises'
import type { DemoProcess } from '../demo-process.ts'

/** The life of one server of a soak, from its announcement to its death. */
export interface Life {
  readonly server: DemoProcess
  /** Aborts just before the server is killed: what fails from then on has failed for that. */
  readonly dying: AbortSignal
  /** Resolves with `work`, or rejects when the server dies first. */
  within<Result>(work: Promise<Result>): Promise<Result>
  /** Runs `work` until it ends or the server dies; fails with what else it fails with. */
  until(work: () => Promise<void>): Promise<void>
  /** Kills the server and gives the processes that it had started, by their ids. */
  kill(): Promise<readonly number[]>
}

class Died extends Error {}

export function beginLife(server: DemoProcess): Life {
  const dying = new AbortController()
  const died = Promise.withResolvers<never>()
  // Often nobody waits for it.
  died.promise.catch(() => undefined)
  return {
    server,
    dying: dying.signal,
    within: (work) => Promise.race([work, died.promise]),
    async until(work) {
      try {
        await work()
      } catch (error) {
        // A request that breaks off, or a wait for what will not come. A wrong answer is neither.
        const isOfDeath = dying.signal.aborted && (error instanceof Died || error instanceof TypeError)
        if (!isOfDeath) throw error
      }
    },
    async kill() {
      dying.abort()
      died.reject(new Died())
      // Held still at the moment of its death, so that no process is started after we have counted.
      process.kill(server.pid, 'SIGSTOP')
      const children = await childrenOf(server.pid)
      await server.stop('SIGKILL')
      return children
    },
  }
}

/** The ids of those processes among `pids` that live. An id may be someone else's by now: then it isn't node's engine. */
export async function stillAlive(pids: readonly number[]): Promise<readonly number[]> {
  const alive = await Promise.all(
    pids.map(async (pid) => (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).includes('engine-child')),
  )
  return pids.filter((_, index) => alive[index])
}

async function childrenOf(pid: number): Promise<readonly number[]> {
  const threads = await readdir(`/proc/${pid}/task`)
  const lists = await Promise.all(
    threads.map((thread) => readFile(`/proc/${pid}/task/${thread}/children`, 'utf8').catch(() => '')),
  )
  return lists.flatMap((list) => list.split(' ').filter(Boolean).map(Number))
}
