import type { SharedLink } from '@trove/contract/shared'
import type { ReactNode } from 'react'
import { whenAtPlace } from '../lib/wall.ts'
import { formatCount, formatDate, formatDateTime } from '../lib/format.ts'

/** Nearer than that, the hour matters too. */
const SOON_MS = 3 * 86_400_000

/** What is shared, how much of it, and for how long. */
export function Heading({ shared, children }: { shared: SharedLink; children?: ReactNode }) {
  const { title, event, fileCount, expiresAt, downloadsLeft, allows } = shared
  const facts = [
    event !== undefined && whenAtPlace(event.happenedAt),
    allows.includes('view') && fileCount !== undefined && shared.kind !== 'file' && formatCount(fileCount, 'file'),
    allows.includes('download') && downloadsLeft !== undefined && leftOf(downloadsLeft),
    !allows.includes('download') && allows.includes('view') && 'To look at, not to download',
    expiresAt !== undefined && `Until ${untilOf(expiresAt)}`,
  ].filter((fact) => fact !== false)
  return (
    <div className="flex flex-wrap items-end justify-between gap-x-6 gap-y-4">
      <div className="min-w-0 flex-1 basis-72">
        <h1 className="text-2xl font-semibold tracking-tight break-words">{title === '' ? untitled(shared) : title}</h1>
        {facts.length > 0 && (
          <p className="mt-1 flex flex-wrap gap-x-1.5 text-base text-ink-soft">
            {facts.map((fact, at) => (
              <span key={fact}>
                {fact}
                {at < facts.length - 1 && <span aria-hidden> ·</span>}
              </span>
            ))}
          </p>
        )}
        {event !== undefined && event.title !== title && (
          <p className="mt-3 text-base font-medium break-words">{event.title}</p>
        )}
        {event !== undefined && event.text !== '' && (
          <p className="mt-2 max-w-prose text-base break-words whitespace-pre-wrap">{event.text}</p>
        )}
      </div>
      {children}
    </div>
  )
}

const leftOf = (left: number) => (left === 0 ? 'No download left' : `${formatCount(left, 'download')} left`)

const untilOf = (instant: string) =>
  Date.parse(instant) - Date.now() < SOON_MS ? formatDateTime(instant) : formatDate(instant)

function untitled({ allows, kind }: SharedLink): string {
  if (!allows.includes('view')) return 'Send files'
  return kind === 'file' ? 'A file for you' : 'Files for you'
}
