/** The versions of the API that are spoken, by the name they have in a path. */
export type ApiVersion = 'v1' | 'v1.1'

export const apiVersions: readonly ApiVersion[] = ['v1', 'v1.1']

/** What each version has of something. */
export type PerVersion<Value> = Readonly<Record<ApiVersion, Value>>

/** The same in every version. */
export function inEveryVersion<Value>(value: Value): PerVersion<Value> {
  return { v1: value, 'v1.1': value }
}
