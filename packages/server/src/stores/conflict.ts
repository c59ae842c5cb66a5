/** Two transactions were in each other's way, and this one was undone: begun again, it will find its way. */
export class Conflict extends Error {
  override readonly name = 'Conflict'
}
