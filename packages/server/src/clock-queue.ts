import type { Settings } from './config/settings.ts'
import { AppError } from './kernel/app-error.ts'
import { createQueue } from './kernel/create-queue.ts'
import { lockClock } from './while-nobody-is-at.ts'

/**
 * Does one move of an emulator's clock after the other, each under the clock's lock: another server on its data folder can
 * tell whether somebody is at one, or died in it. Raises `too_busy` while that one moves it.
 */
export function createClockQueue(settings: Pick<Settings, 'dataFolder'>): ReturnType<typeof createQueue> {
  const queue = createQueue()
  return (work) =>
    queue(async () => {
      const unlock = await lockClock(settings)
      if (unlock === undefined) {
        const sentence = 'Another server moves the clock. Try again.'
        throw new AppError('too_busy', { retryAfterSeconds: 1, sentence })
      }
      try {
        return await work()
      } finally {
        unlock()
      }
    })
}
