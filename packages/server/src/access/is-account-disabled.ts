import type { ClientStore } from './client-store.ts'

/** Whether an account is known and disabled: nothing is done for it then, nor told to it. */
export async function isAccountDisabled(
  clients: Pick<ClientStore, 'findAccount'>,
  accountId: string,
): Promise<boolean> {
  const account = await clients.findAccount(accountId)
  return account !== undefined && account.disabledAt !== null
}
