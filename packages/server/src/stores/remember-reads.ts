/**
 * Says in what state the database is: the same text means that nothing was written since, by this process or another.
 * Costs a few microseconds. An adapter that can't tell so cheaply has none, and then nothing is remembered.
 */
export type ChangeMark = () => string

/** Bounds the memory: a remembered list may hold a query text of 16 KiB for each report. */
const capacity = 1_000

/**
 * Wraps a read so that the same question, asked again while nothing was written, gives the answer of before. Clients
 * wait for a report by asking for its executions again and again; building, running and reading that query took three
 * quarters of the request.
 */
export function rememberReads<Asked extends readonly unknown[], Answer>(
  changeMark: ChangeMark | undefined,
  read: (...asked: Asked) => Promise<Answer>,
): (...asked: Asked) => Promise<Answer> {
  if (changeMark === undefined) return read
  const answers = new Map<string, Answer>()
  let mark = ''

  return async (...asked) => {
    const before = changeMark()
    if (before !== mark) {
      answers.clear()
      mark = before
    }
    const key = JSON.stringify(asked)
    const remembered = answers.get(key)
    if (remembered !== undefined) return remembered
    const answer = await read(...asked)
    // Written meanwhile, the answer may be of either state: it is right for this caller, but not to be kept.
    if (changeMark() === before && mark === before && answers.size < capacity) answers.set(key, answer)
    return answer
  }
}
