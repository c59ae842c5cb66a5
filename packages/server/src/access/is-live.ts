/** Whether a secret or a certificate has not expired. */
export function isLive({ expiresAt }: { readonly expiresAt: number | null }, now: number): boolean {
  return expiresAt === null || now < expiresAt
}
