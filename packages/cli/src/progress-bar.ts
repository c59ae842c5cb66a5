import type { Output } from './output.ts'

export interface ProgressBar {
  /** How far it has come: `done` of `total` (null when nobody knows), and what to say beside it. */
  update(done: number, total: number | null, text: string): void
  /** Ends it and leaves `text` in its place. */
  finish(text: string): void
}

const redrawEveryMs = 100
const lineEveryMs = 5_000
const barWidth = 24

/**
 * A bar that draws over itself on a terminal. Elsewhere, in a log say, it is a line now and then: none for what is done
 * within five seconds, except the last.
 */
export function createProgressBar(output: Output, label: string, now: () => number): ProgressBar {
  const { statusLine } = output
  // A terminal shows it at once; a log only what lasts.
  let shownAt = statusLine === null ? now() : -Infinity

  return {
    update(done, total, text) {
      const everyMs = statusLine === null ? lineEveryMs : redrawEveryMs
      if (now() - shownAt < everyMs) return
      shownAt = now()
      const share = total === null || total === 0 ? null : Math.min(done / total, 1)
      if (statusLine !== null) {
        statusLine(`${label} ${drawn(share)} ${text}`)
        return
      }
      output.note(`${label} ${share === null ? '' : `${Math.floor(share * 100)} % `}${text}`)
    },
    finish(text) {
      statusLine?.('')
      output.note(`${label} ${text}`)
    },
  }
}

function drawn(share: number | null): string {
  if (share === null) return '…'
  const full = Math.round(share * barWidth)
  return `[${'#'.repeat(full)}${'.'.repeat(barWidth - full)}] ${String(Math.floor(share * 100)).padStart(3)} %`
}
