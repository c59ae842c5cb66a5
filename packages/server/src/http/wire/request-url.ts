/**
 * A request's URL as the router should see it: slashes that repeat are one, and a slash or blanks at the end of the path
 * are dropped (the documents' own curl lines end in a blank). The query string stays as it is. See
 * `docs/reference/compatibility.md`, Wire.
 */
export function tidyUrl(url: string): string {
  const mark = url.indexOf('?')
  const path = mark === -1 ? url : url.slice(0, mark)
  const query = mark === -1 ? '' : url.slice(mark)
  const tidy = withoutTail(path.includes('//') ? path.replaceAll(/\/{2,}/g, '/') : path)
  return (tidy === '' ? '/' : tidy) + query
}

/** Walks back from the end: a regular expression for this takes quadratic time on a path made of slashes and blanks. */
function withoutTail(path: string): string {
  let end = path.length
  for (;;) {
    if (path[end - 1] === '/' || path[end - 1] === ' ') end -= 1
    else if (path.slice(end - 3, end) === '%20') end -= 3
    else return path.slice(0, end)
  }
}
