import type { OutboxMail } from '@trove/contract/accounts'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Copy, RotateCw } from 'lucide-react'
import { copyText } from '../../lib/clipboard.ts'
import { formatDateTime } from '../../lib/format.ts'
import { Badge } from '../../ui/Badge.tsx'
import { Button } from '../../ui/Button.tsx'
import { Problem } from '../../ui/Problem.tsx'
import { ShowMore } from '../../ui/ShowMore.tsx'
import { Skeleton } from '../../ui/Skeleton.tsx'
import { toast } from '../../ui/toast.ts'
import { outboxQuery } from './queries.ts'

const STATES: Record<OutboxMail['state'], { word: string; tone: 'plain' | 'success' | 'warning' | 'danger' }> = {
  waiting: { word: 'On its way', tone: 'plain' },
  kept: { word: 'To be passed on', tone: 'warning' },
  sent: { word: 'Sent', tone: 'success' },
  failed: { word: 'Not sent', tone: 'danger' },
  expired: { word: 'Expired', tone: 'plain' },
}

/** What was mailed, and, while there is no mail server, what it says. */
export function Outbox() {
  const asked = useInfiniteQuery(outboxQuery)
  const { data, error, refetch, isRefetching } = asked
  if (error !== null && data === undefined) return <Problem error={error} onRetry={() => void refetch()} />
  if (data === undefined) return <Skeleton className="h-40" />
  const mails = data.pages.flatMap(({ items }) => items)
  const hasMailServer = data.pages[0]?.hasMailServer ?? false
  return (
    <div className="flex flex-col gap-4">
      <div className="flex items-start justify-between gap-4">
        <p className="max-w-2xl text-sm text-ink-soft">
          {hasMailServer
            ? 'Mails go out by the mail server of this installation. What they say is forgotten as soon as they are out.'
            : 'No mail server is set, so mails wait here: pass their links on by hand, to the right person. Set SMTP_URL to have them sent.'}
        </p>
        <Button icon={<RotateCw aria-hidden className="size-4" />} isBusy={isRefetching} onClick={() => void refetch()}>
          Look again
        </Button>
      </div>
      {mails.length === 0 ? (
        <p className="py-6 text-center text-sm text-ink-soft">No mail has been written yet.</p>
      ) : (
        <ul aria-label="Mails" className="divide-y divide-line rounded-lg border border-line bg-surface">
          {mails.map((mail) => (
            <Letter key={mail.id} mail={mail} />
          ))}
        </ul>
      )}
      <ShowMore of={asked} />
    </div>
  )
}

function Letter({ mail }: { mail: OutboxMail }) {
  const { word, tone } = STATES[mail.state]
  return (
    <li className="px-4 py-3">
      <p className="flex flex-wrap items-center gap-x-2 gap-y-0.5 text-sm font-medium wrap-anywhere">
        {mail.subject} <Badge tone={tone}>{word}</Badge>
      </p>
      <p className="text-xs text-ink-faint wrap-anywhere">
        To {mail.to}, {formatDateTime(mail.sentAt ?? mail.createdAt)}
      </p>
      {mail.failure !== undefined && <p className="mt-1 text-xs text-danger wrap-anywhere">{mail.failure}</p>}
      {mail.text !== undefined && (
        <details className="mt-2 text-sm">
          <summary className="touchable cursor-pointer text-ink-soft">What it says</summary>
          <p className="mt-2 max-w-2xl whitespace-pre-line text-ink-soft">{mail.text}</p>
        </details>
      )}
      {mail.link !== undefined && <LinkLine label={mail.link.label} path={mail.link.path} to={mail.to} />}
    </li>
  )
}

function LinkLine({ label, path, to }: { label: string; path: string; to: string }) {
  const url = new URL(path.replace(/^\//, ''), document.baseURI).href
  const copy = () =>
    void copyText(url).then((isCopied) =>
      toast(
        isCopied
          ? { title: 'The link was copied', detail: `Give it to ${to} and to nobody else.` }
          : { tone: 'danger', title: 'The link was not copied', detail: 'This browser does not allow it here.' },
      ),
    )
  return (
    <div className="mt-2 flex flex-wrap items-center gap-2">
      <Button size="small" icon={<Copy aria-hidden className="size-3.5" />} onClick={copy}>
        Copy the link
      </Button>
      <span className="text-xs text-ink-faint">{label}</span>
    </div>
  )
}
