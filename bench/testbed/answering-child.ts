import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

/** A script of this folder in a process of its own, which answers each message with one. */
export interface AnsweringChild<Request, Answer> {
  ask(request: Request): Promise<Answer>
  close(): Promise<void>
}

/** Starts `script`. A child that ends before it has answered ends the benchmark. */
export function startAnsweringChild<Request extends object, Answer>(script: string): AnsweringChild<Request, Answer> {
  // Values of a query hold bigints, which JSON has no word for.
  const child: ChildProcess = fork(join(import.meta.dirname, script), { serialization: 'advanced' })
  let isWanted = true
  child.once('exit', (code) => {
    if (isWanted) throw new Error(`${script} ended with ${code}`)
  })
  return {
    async ask(request) {
      const answered = once(child, 'message')
      child.send(request)
      const [answer] = (await answered) as [Answer]
      return answer
    },
    async close() {
      isWanted = false
      const ended = once(child, 'exit')
      child.kill()
      await ended
    },
  }
}
