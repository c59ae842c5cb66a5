/** The result, or undefined when the file that it speaks of doesn't exist. */
export async function ifThere<Result>(looking: Promise<Result>): Promise<Result | undefined> {
  try {
    return await looking
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}
