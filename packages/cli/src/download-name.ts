import type { Execution, Manifest } from '@almanac/client'

/**
 * The name to save a file under: the report's, with what a file system or a shell would take for something else replaced.
 * It comes from the service, so it must not lead out of the folder.
 */
export function downloadName({ executionId, format }: Execution, manifest: Manifest | null): string {
  const name = (manifest?.reportName ?? executionId)
    .normalize('NFC')
    .replaceAll(/[\p{Cc}\p{Cf}/\\:*?"<>|]/gu, '-')
    .replaceAll(/\s+/g, ' ')
    // A leading dot hides a file or names a folder; a leading hyphen is a flag.
    .replace(/^[.\s-]+/, '')
    .slice(0, 100)
    .replace(/[.\s]+$/, '')
  return `${name === '' ? 'report' : name}.${format === 'tsv' ? 'tsv' : 'csv'}`
}
