import { expect } from 'vitest'
import type { AppErrorCode, AppErrorData } from '../app-error.ts'

/**
 * Matches the `AppError` with this code and exactly this data: `expect(() => …).toThrow(refusal(…))`,
 * `await expect(promise).rejects.toEqual(refusal(…))`.
 */
export function refusal<Code extends AppErrorCode>(code: Code, data: AppErrorData[Code]): unknown {
  return expect.objectContaining({ name: 'AppError', code, data })
}
