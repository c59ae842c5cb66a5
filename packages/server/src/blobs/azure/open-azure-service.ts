import { BlobServiceClient, type StoragePipelineOptions } from '@azure/storage-blob'
import type { AzureLogin } from './azure-login.ts'

// The first retry soon, and all of them within the time that one request may take.
const options: StoragePipelineOptions = {
  retryOptions: { maxTries: 4, retryDelayInMs: 400, maxRetryDelayInMs: 5_000 },
}

/** The service of an account. Asks no network yet. Fails in words when the connection string is none. */
export async function openAzureService(login: AzureLogin): Promise<BlobServiceClient> {
  if (login.kind === 'connection-string') return fromConnectionString(login.connectionString)
  // Managed identity, workload identity, environment, Azure CLI. Loaded only here: it takes 40 MiB more.
  const { DefaultAzureCredential } = await import('@azure/identity')
  return new BlobServiceClient(login.accountUrl, new DefaultAzureCredential(), options)
}

function fromConnectionString(connectionString: string): BlobServiceClient {
  try {
    return BlobServiceClient.fromConnectionString(connectionString, options)
  } catch (error) {
    // The SDK's own words name the part that is wrong, not its value.
    throw new Error('artifacts.azure.connectionString is no connection string of a storage account', { cause: error })
  }
}
