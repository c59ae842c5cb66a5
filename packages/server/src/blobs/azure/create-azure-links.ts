import {
  BlobSASPermissions,
  generateBlobSASQueryParameters,
  SASProtocol,
  StorageSharedKeyCredential,
  type BlobServiceClient,
  type ContainerClient,
  type UserDelegationKey,
} from '@azure/storage-blob'
import type { ObjectStore } from '../remote/object-store.ts'

const minuteMs = 60_000
// Each version of the service signs other fields. One that all know who serve it today: Azure itself keeps every version, and
// the emulator and services on one's own machines come years after the SDK.
const signatureVersion = '2025-11-05'
/** Azure's longest life of a user delegation key, and so of a link that one signs. */
const longestKeyMs = 7 * 24 * 60 * minuteMs

/**
 * Links as shared access signatures: of one blob, to read it. Signed by the account's key where we have it; otherwise by
 * a user delegation key, which Azure gives to an identity and which ends all its links when it is revoked.
 */
export function createAzureLinks(service: BlobServiceClient, container: ContainerClient): ObjectStore['link'] {
  const { credential } = service
  const signer = credential instanceof StorageSharedKeyCredential ? () => Promise.resolve(credential) : undefined
  const delegationKey = createDelegationKeys(service)
  return async (name, { contentType, contentDisposition }, askedUntil) => {
    const blob = container.getBlobClient(name)
    const key = await delegatedUnless(signer, () => delegationKey(askedUntil))
    const expiresAt = 'signedExpiresOn' in key ? Math.min(askedUntil, key.signedExpiresOn.getTime()) : askedUntil
    const values = {
      version: signatureVersion,
      containerName: container.containerName,
      blobName: name,
      permissions: BlobSASPermissions.parse('r'),
      expiresOn: new Date(expiresAt),
      contentType,
      contentDisposition,
      protocol: blob.url.startsWith('https:') ? SASProtocol.Https : SASProtocol.HttpsAndHttp,
    }
    const query =
      'signedExpiresOn' in key
        ? generateBlobSASQueryParameters(values, key, service.accountName)
        : generateBlobSASQueryParameters(values, key)
    return { url: `${blob.url}?${query.toString()}`, expiresAt }
  }
}

async function delegatedUnless(
  signer: (() => Promise<StorageSharedKeyCredential>) | undefined,
  delegated: () => Promise<UserDelegationKey>,
): Promise<StorageSharedKeyCredential | UserDelegationKey> {
  return signer === undefined ? delegated() : signer()
}

/** The delegation key of now: fetched when a link would outlive the one that we have, for as long as Azure allows. */
function createDelegationKeys(service: BlobServiceClient): (until: number) => Promise<UserDelegationKey> {
  let fetched: Promise<UserDelegationKey> | undefined
  let endsAt = 0
  return async (until) => {
    // The time of Azure, which checks it: that of the machine, moved by nobody.
    const now = Date.now()
    if (fetched === undefined || Math.min(until, now + longestKeyMs - 60 * minuteMs) > endsAt) {
      endsAt = now + longestKeyMs - minuteMs
      // A few minutes back: its clock may be behind ours.
      fetched = service.getUserDelegationKey(new Date(now - 5 * minuteMs), new Date(endsAt))
      fetched.catch(() => (fetched = undefined))
    }
    return fetched
  }
}
