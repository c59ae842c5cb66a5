import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'

/** A server that a test started. */
export interface Part {
  stop(): Promise<void>
}

// A test that fails before it stops its servers must not leave them running.
const running = new Set<ChildProcess>()
process.once('exit', () => running.forEach((child) => child.kill('SIGKILL')))

/** Starts a program that listens on a port, and waits until it does. Fails with what it said if it ends before. */
export async function startPart(program: string, options: readonly string[], port: number): Promise<Part> {
  const child = spawn(program, options, { stdio: ['ignore', 'pipe', 'pipe'] })
  running.add(child)
  child.once('exit', () => running.delete(child))
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk.toString()))
  const state = { isUp: false, isGone: false }
  const ended = Promise.race([once(child, 'exit'), once(child, 'error')]).finally(() => (state.isGone = true))
  await Promise.race([
    untilListening(port, state),
    ended.then(([why]) => {
      if (state.isUp) return
      throw new Error(`${program} ended (${String(why)}) before it listened:\n${said}`)
    }),
  ])
  state.isUp = true
  return {
    async stop() {
      const gone = once(child, 'exit')
      child.kill('SIGKILL')
      await gone
    },
  }
}

async function untilListening(
  port: number,
  state: { readonly isUp: boolean; readonly isGone: boolean },
): Promise<void> {
  const deadline = performance.now() + 60_000
  while (!state.isUp && !state.isGone && performance.now() < deadline) {
    const socket = connect(port, '127.0.0.1')
    const answer = await Promise.race([
      once(socket, 'connect').then(() => true),
      once(socket, 'error').then(() => false),
    ]).catch(() => false)
    socket.destroy()
    if (answer) return
  }
  throw new Error(`nothing listens on port ${port} within a minute`)
}
