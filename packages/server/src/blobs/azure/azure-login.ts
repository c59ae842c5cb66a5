/** How Azure knows us: a connection string with a key, or the identity that this process runs under. */
export type AzureLogin =
  | { readonly kind: 'connection-string'; readonly connectionString: string }
  | { readonly kind: 'identity'; readonly accountUrl: string }
