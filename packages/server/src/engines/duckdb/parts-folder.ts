/** Where the rows of several accounts lie, parted, while their files are made: beside the first of these. */
export function partsFolderOf(path: string): string {
  return `${path}.parts`
}
