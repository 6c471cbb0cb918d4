import type { Right } from '@trove/contract/access'
import type { Grant } from '@trove/contract/grants'
import { useQuery } from '@tanstack/react-query'
import { Pencil, X } from 'lucide-react'
import { useState } from 'react'
import { formatCount } from '../lib/format.ts'
import { principalName } from '../lib/principal.ts'
import { Button } from '../ui/Button.tsx'
import { IconButton } from '../ui/IconButton.tsx'
import { Problem } from '../ui/Problem.tsx'
import { Skeleton } from '../ui/Skeleton.tsx'
import { ChangePreview } from './ChangePreview.tsx'
import { PrincipalMark } from './PrincipalsField.tsx'
import { grantsQuery, useGrantActions, type GrantBody } from './queries.ts'
import { presetNames, presetOf, verbsOf } from './rights.ts'
import { dayOf, endOf, RightsField } from './RightsField.tsx'
import { givenIds, type Shared } from './subject.ts'
import { untilWords } from './words.ts'

/** What was given on something, and what flows down to it from the folders above. */
export function GrantList({ resource }: { resource: Shared }) {
  const { data: grants, error, refetch } = useQuery(grantsQuery(resource.id))
  const [changing, setChanging] = useState<string | undefined>(undefined)
  if (error !== null) return <Problem error={error} onRetry={() => void refetch()} />
  if (grants === undefined) return <Skeleton className="h-20" />
  if (grants.length === 0) {
    return <p className="text-sm text-ink-soft">Nobody was given {resource.name} so far.</p>
  }
  return (
    <ul className="flex flex-col" aria-label="Shared with">
      {grants.map((grant) => (
        <li key={grant.id} className="border-b border-line py-2 last:border-0">
          <GrantLine
            grant={grant}
            resource={resource}
            isChanging={changing === grant.id}
            onChange={() => setChanging(changing === grant.id ? undefined : grant.id)}
          />
          {changing === grant.id && (
            <GrantForm grant={grant} resource={resource} onClose={() => setChanging(undefined)} />
          )}
        </li>
      ))}
    </ul>
  )
}

function GrantLine({ grant, resource, isChanging, onChange }: GrantLineProps) {
  const { take } = useGrantActions()
  const { principal, rights, expiresAt, on, isAlong = false, alongCount } = grant
  const name = principalName(principal)
  const isInherited = on.id !== resource.id
  const mayTake = !isInherited && isWithin(rights, resource.rights)
  return (
    <div className="flex items-center gap-2.5">
      <PrincipalMark {...principal} />
      <div className="min-w-0 flex-1">
        <p className="truncate text-sm font-medium">{name}</p>
        <p className="text-xs text-ink-faint">
          {[
            givenWords(rights),
            ...(expiresAt === undefined ? [] : [untilWords(expiresAt)]),
            ...(isInherited ? [`by folder ${on.name}`] : []),
            ...(isAlong ? ['with an event that shows it'] : []),
            ...(alongCount === undefined ? [] : [`with ${formatCount(alongCount, 'picture')}`]),
          ].join(', ')}
        </p>
      </div>
      {mayTake && (
        <>
          {!isAlong && (
            <IconButton
              label={`Change what ${name} may do`}
              icon={<Pencil />}
              size="small"
              isOn={isChanging}
              onClick={onChange}
            />
          )}
          <IconButton
            label={`Take it from ${name}`}
            icon={<X />}
            size="small"
            tone="danger"
            onClick={() => void take(resource, grant)}
          />
        </>
      )}
    </div>
  )
}

function GrantForm({ grant, resource, onClose }: { grant: Grant; resource: Shared; onClose: () => void }) {
  const { give } = useGrantActions()
  const { principal, rights, expiresAt } = grant
  const [given, setGiven] = useState({
    rights: [...rights],
    until: expiresAt === undefined ? '' : dayOf(expiresAt),
  })
  const [error, setError] = useState<unknown>(undefined)
  const [isBusy, setBusy] = useState(false)
  const end = endOf(given.until)
  const body: GrantBody = {
    principal: { kind: principal.kind, id: principal.id },
    rights: given.rights,
    ...(end === undefined ? {} : { expiresAt: end }),
  }
  const save = async () => {
    setBusy(true)
    try {
      await give(resource, body)
      onClose()
    } catch (refusal) {
      setError(refusal)
      setBusy(false)
    }
  }
  return (
    <div className="mt-2 flex flex-col gap-3 rounded-md bg-canvas p-3">
      <RightsField given={given} held={resource.rights} onChange={setGiven} />
      <ChangePreview
        changes={givenIds({ resources: [resource] }).map((resourceId) => ({ resourceId, change: { set: body } }))}
      />
      {error !== undefined && <Problem error={error} shape="line" />}
      <div className="flex justify-end gap-2">
        <Button tone="quiet" size="small" onClick={onClose}>
          Cancel
        </Button>
        <Button tone="primary" size="small" isBusy={isBusy} onClick={() => void save()}>
          Save
        </Button>
      </div>
    </div>
  )
}

/** `Can edit`; rights that are put together otherwise are named. */
export function givenWords(rights: readonly Right[]): string {
  const preset = presetOf(rights)
  return preset === undefined ? `May ${verbsOf(rights)}` : presetNames[preset]
}

const isWithin = (rights: readonly Right[], held: readonly Right[]) => rights.every((right) => held.includes(right))

type GrantLineProps = { grant: Grant; resource: Shared; isChanging: boolean; onChange: () => void }
