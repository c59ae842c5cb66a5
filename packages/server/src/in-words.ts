import { answerOf } from './http/error-answers.ts'
import { AppError } from './kernel/app-error.ts'

/** For commands: a refusal in the words in which the API would answer it, all of its details below each other. */
export async function inWords<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    const { message, details } = answerOf(error)
    const all = details.length < 2 ? [] : details.map((detail) => `\n  ${detail.message}`)
    throw new Error(message + all.join(''), { cause: error })
  }
}
