/** Why no draft can be made of the files, and what to do. */
export class InferError extends Error {
  override readonly name = 'InferError'
}
