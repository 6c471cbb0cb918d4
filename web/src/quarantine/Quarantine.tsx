import type { Quarantined } from '@trove/contract/scan'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Ellipsis, RotateCw, ShieldAlert, ShieldCheck, ShieldQuestion, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { formatBytes, formatDateTime } from '../lib/format.ts'
import { sentenceOf } from '../lib/problem.ts'
import { Badge } from '../ui/Badge.tsx'
import { EmptyState } from '../ui/EmptyState.tsx'
import { IconButton } from '../ui/IconButton.tsx'
import { Menu, MenuAction } from '../ui/Menu.tsx'
import { Problem } from '../ui/Problem.tsx'
import { ShowMore } from '../ui/ShowMore.tsx'
import { Skeleton } from '../ui/Skeleton.tsx'
import { toast } from '../ui/toast.ts'
import { Deciding, type Decision } from './Deciding.tsx'
import { quarantineQuery, useQuarantineActions } from './queries.ts'
import { nameOf, whyOf } from './words.ts'

/** What nobody can open, and what only its uploader can, with what an admin may do about it. */
export function Quarantine({ organizationId }: { organizationId: string }) {
  const asked = useInfiniteQuery(quarantineQuery(organizationId))
  const [decision, setDecision] = useState<Decision | undefined>(undefined)
  const { release, remove } = useQuarantineActions(organizationId)
  // Here, where it stays on the page: a dialog that has closed hears no answer.
  const decide = ({ what, quarantined }: Decision) => {
    setDecision(undefined)
    const name = nameOf(quarantined)
    const isRelease = what === 'release'
    const action = isRelease ? release : remove
    action.mutate(quarantined, {
      onSuccess: () => toast({ title: isRelease ? `${name} is let out` : `${name} is deleted`, tone: 'success' }),
      onError: (failed) => toast({ tone: 'danger', title: `${name} stays in quarantine`, detail: sentenceOf(failed) }),
    })
  }
  const { data, error, refetch } = asked
  if (data === undefined)
    return error === null ? <Skeleton className="h-32" /> : <Problem error={error} onRetry={() => void refetch()} />
  if (data.length === 0)
    return (
      <div className="rounded-lg border border-line">
        <EmptyState title="Nothing is in quarantine">
          What a virus is found in, and what could not be checked, is listed here.
        </EmptyState>
      </div>
    )
  return (
    <>
      <ul aria-label="Quarantine" className="overflow-hidden rounded-lg border border-line bg-surface">
        {data.map((one) => (
          <Line
            key={one.blobId}
            quarantined={one}
            organizationId={organizationId}
            onDecide={(what) => setDecision({ what, quarantined: one })}
          />
        ))}
      </ul>
      <ShowMore of={asked} className="mt-3" />
      {decision !== undefined && (
        <Deciding decision={decision} onClose={() => setDecision(undefined)} onDecide={() => decide(decision)} />
      )}
    </>
  )
}

type LineProps = {
  quarantined: Quarantined
  organizationId: string
  onDecide: (what: Decision['what']) => void
}

function Line({ quarantined, organizationId, onDecide }: LineProps) {
  const { scan, files, sizeBytes } = quarantined
  const { scanAgain } = useQuarantineActions(organizationId)
  const isInfected = scan.status === 'infected'
  const name = nameOf(quarantined)
  const people = [...new Set(files.map(({ uploadedBy }) => uploadedBy.name))].join(', ')
  const [first] = files
  const again = () => {
    if (first === undefined) return
    scanAgain.mutate(first.id, {
      onSuccess: () => toast({ title: `${name} is being checked again` }),
      onError: (error) => toast({ tone: 'danger', title: 'It was not checked again', detail: sentenceOf(error) }),
    })
  }
  const Icon = isInfected ? ShieldAlert : ShieldQuestion
  return (
    <li className="flex items-start gap-3 border-b border-line px-3.5 py-3 last:border-0">
      <Icon aria-hidden className={`mt-0.5 size-5 shrink-0 ${isInfected ? 'text-danger' : 'text-warning'}`} />
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
          <span className="min-w-0 text-sm font-medium break-words">{name}</span>
          <Badge tone={isInfected ? 'danger' : 'warning'}>{isInfected ? 'Infected' : 'Held'}</Badge>
        </p>
        <p className="mt-0.5 text-sm break-words text-ink-soft">{whyOf(quarantined)}</p>
        <p className="mt-0.5 text-xs break-words text-ink-faint">
          {formatBytes(sizeBytes)} · uploaded by {people}
          {first !== undefined && `, ${formatDateTime(first.uploadedAt)}`}
          {scan.scannedAt !== undefined && ` · checked ${formatDateTime(scan.scannedAt)}`}
        </p>
      </div>
      <Menu
        label={`What to do with ${name}`}
        trigger={<IconButton label={`More about ${name}`} icon={<Ellipsis />} size="small" />}
      >
        <MenuAction icon={<RotateCw />} onSelect={again}>
          Check again
        </MenuAction>
        <MenuAction icon={<ShieldCheck />} onSelect={() => onDecide('release')}>
          Let it out
        </MenuAction>
        <MenuAction icon={<Trash2 />} tone="danger" onSelect={() => onDecide('delete')}>
          Delete for good
        </MenuAction>
      </Menu>
    </li>
  )
}
