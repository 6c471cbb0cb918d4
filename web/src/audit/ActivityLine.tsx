import type { Activity } from '@trove/contract/audit'
import { Bot, ChevronRight, KeyRound, Link2, UserX } from 'lucide-react'
import { useId, useState, type ReactNode } from 'react'
import { cx } from '../lib/cx.ts'
import { formatDateTime } from '../lib/format.ts'
import { Avatar } from '../ui/Avatar.tsx'
import { actorName, agentName, deedOf, factsOf } from './words.ts'

/** What a press on a part of a line looks for. */
export type LookFor = (filter: { person?: string; resource?: string; ip?: string; action?: string }) => void

/** One line of the trail as a sentence; more of it when asked. */
export function ActivityLine({ line, onLookFor }: { line: Activity; onLookFor?: LookFor | undefined }) {
  const [isOpen, setOpen] = useState(false)
  const detailsId = useId()
  const [before, after] = deedOf(line.action)
  const isRefused = line.action.endsWith('.refused')
  return (
    <li className="px-3 py-2 sm:px-4">
      <div className="flex items-start gap-3">
        <ActorMark line={line} />
        <div className="min-w-0 flex-1">
          <p className={cx('text-sm wrap-anywhere', isRefused && 'text-danger')}>
            <span className="font-medium">{actorName(line)}</span> {before}
            {after !== undefined && (
              <>
                {' '}
                <span className="font-medium">{resourceName(line)}</span> {after}
              </>
            )}
          </p>
          <p className="text-xs text-ink-faint">
            <time dateTime={line.at} className="tabular">
              {formatDateTime(line.at)}
            </time>
            {line.ip !== undefined && <span className="tabular"> · {line.ip}</span>}
            {line.userAgent !== undefined && <span> · {agentName(line.userAgent)}</span>}
          </p>
        </div>
        <button
          type="button"
          aria-expanded={isOpen}
          aria-controls={isOpen ? detailsId : undefined}
          aria-label={`More about: ${actorName(line)} ${before}`}
          onClick={() => setOpen(!isOpen)}
          className="touchable flex size-7 shrink-0 items-center justify-center rounded-md text-ink-faint hover:bg-hover hover:text-ink"
        >
          <ChevronRight className={cx('size-4 transition-transform', isOpen && 'rotate-90')} />
        </button>
      </div>
      {isOpen && <Details id={detailsId} line={line} onLookFor={onLookFor} />}
    </li>
  )
}

function ActorMark({ line: { actor } }: { line: Activity }) {
  const { kind, person } = actor
  if ((kind === 'user' || kind === 'key') && person !== undefined && person.name !== '')
    return (
      <span className="relative">
        <Avatar id={person.id} name={person.name} />
        {kind === 'key' && (
          <KeyRound
            aria-label="by an API key"
            className="absolute -right-1 -bottom-1 size-3.5 rounded-xs bg-surface p-px"
          />
        )}
      </span>
    )
  const Icon = kind === 'system' ? Bot : kind === 'link' ? Link2 : UserX
  return (
    <span className="flex size-7 shrink-0 items-center justify-center rounded-full bg-active text-ink-soft">
      <Icon aria-hidden className="size-4" />
    </span>
  )
}

function resourceName({ resource }: Activity): string {
  if (resource === undefined) return 'something'
  return resource.name ?? 'something that is gone'
}

function Details({ id, line, onLookFor }: { id: string; line: Activity; onLookFor: LookFor | undefined }) {
  const { actor, resource, ip } = line
  const look = (filter: Parameters<LookFor>[0]) => onLookFor && (() => onLookFor(filter))
  const credential = actor.credential
  return (
    <dl id={id} className="mt-2 ml-10 grid grid-cols-[auto_1fr] gap-x-4 gap-y-1 text-xs">
      <Fact name="action" value={line.action} onLook={look({ action: line.action })} />
      {actor.person !== undefined && (
        <Fact name="person" value={actorName(line)} onLook={look({ person: actor.person.id })} />
      )}
      {credential !== undefined && (
        <Fact name={CREDENTIALS[actor.kind] ?? 'by'} value={credential.name ?? credential.id} />
      )}
      {resource !== undefined && (
        <Fact
          name={resource.kind ?? 'file'}
          value={resource.name ?? resource.id}
          onLook={look({ resource: resource.id })}
        />
      )}
      {ip !== undefined && <Fact name="address" value={ip} onLook={look({ ip })} />}
      {line.userAgent !== undefined && <Fact name="agent" value={line.userAgent} />}
      {factsOf(line).map(({ name, value }) => (
        <Fact key={name} name={name} value={value} />
      ))}
    </dl>
  )
}

const CREDENTIALS: Partial<Record<Activity['actor']['kind'], string>> = {
  user: 'session',
  key: 'API key',
  link: 'link',
}

function Fact({ name, value, onLook }: { name: string; value: ReactNode; onLook?: (() => void) | undefined }) {
  return (
    <>
      <dt className="text-ink-faint">{name}</dt>
      <dd className="min-w-0 wrap-anywhere">
        {onLook === undefined ? (
          value
        ) : (
          <button
            type="button"
            onClick={onLook}
            className="touchable text-left text-accent underline-offset-2 hover:underline"
          >
            {value}
          </button>
        )}
      </dd>
    </>
  )
}
