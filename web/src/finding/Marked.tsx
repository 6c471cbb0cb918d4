import type { TextMatch } from '@trove/contract/search'
import { Fragment } from 'react'

/** Plain text with the pieces that were looked for. */
export function Marked({ text, matches }: { text: string; matches: readonly TextMatch[] }) {
  return matches.map(({ from, to }, index) => (
    <Fragment key={from}>
      {text.slice(matches[index - 1]?.to ?? 0, from)}
      <mark className="rounded-xs bg-accent-soft font-medium text-ink">{text.slice(from, to)}</mark>
      {index === matches.length - 1 && text.slice(to)}
    </Fragment>
  ))
}
