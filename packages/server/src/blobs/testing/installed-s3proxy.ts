import { fetchFromMaven } from '../../../../../tools/scale/fetch-from-maven.ts'
import { cacheFolder } from '../../../../../tools/scale/cache-folder.ts'

const version = '4.1.0'

/** The jar of S3Proxy; fetched into the cache on first use, 55 MB. Rejects where it can't be had. */
export function installedS3Proxy(): Promise<string> {
  return fetchFromMaven(
    {
      coordinates: `org.gaul:s3proxy:${version}:jar:jar-with-dependencies`,
      file: `s3proxy-${version}-jar-with-dependencies.jar`,
      sha256: 'a4d025969aaf796616ed4b1e2491d87d455ce84bb28cb9db086b2e6aaa68b48d',
    },
    cacheFolder,
  )
}
