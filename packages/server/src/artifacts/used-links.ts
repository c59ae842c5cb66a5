/** Port: remembers which of the links that work once were used. */
export interface UsedLinks {
  /** Notes the use of a link: true for the first one, whatever comes at the same time. Forgets links that have ended. */
  use(link: { readonly id: string; readonly endsAt: number }, now: number): Promise<boolean>
}
