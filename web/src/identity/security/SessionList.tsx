import type { Session } from '@trove/contract/sign-in'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Laptop, LogOut, Smartphone, Tablet, Terminal } from 'lucide-react'
import { formatDateTime } from '../../lib/format.ts'
import { sentenceOf } from '../../lib/problem.ts'
import { Badge } from '../../ui/Badge.tsx'
import { Button } from '../../ui/Button.tsx'
import { IconButton } from '../../ui/IconButton.tsx'
import { Problem } from '../../ui/Problem.tsx'
import { ShowMore } from '../../ui/ShowMore.tsx'
import { Skeleton } from '../../ui/Skeleton.tsx'
import { toast } from '../../ui/toast.ts'
import { deviceName } from '../device-name.ts'
import { Line, Lines } from './Lines.tsx'
import { sessionsQuery, useRevokeOtherSessions, useRevokeSession } from './queries.ts'

const ICONS = { desktop: <Laptop />, phone: <Smartphone />, tablet: <Tablet />, other: <Terminal /> }
const WAYS = { password: 'by password', passkey: 'by passkey', oidc: 'by provider' }

/** Every browser and program in which this account is signed in. */
export function SessionList() {
  const asked = useInfiniteQuery(sessionsQuery)
  const { data, error, refetch } = asked
  const revokeOthers = useRevokeOtherSessions()
  if (error !== null && data === undefined) return <Problem error={error} onRetry={() => void refetch()} />
  if (data === undefined) return <Skeleton className="h-32" />
  const sessions = data.pages.flatMap(({ items }) => items)
  const sorted = sessions.toSorted((a, b) => Number(b.isCurrent) - Number(a.isCurrent))
  const endOthers = () =>
    revokeOthers.mutate(undefined, {
      onSuccess: ({ revoked }) =>
        toast({ title: revoked === 1 ? 'One session was signed out' : `${revoked} sessions were signed out` }),
      onError: (problem) => toast({ tone: 'danger', title: 'Not signed out', detail: sentenceOf(problem) }),
    })
  return (
    <div className="flex flex-col gap-4">
      <Lines label="Sessions">
        {sorted.map((session) => (
          <SessionLine key={session.id} session={session} />
        ))}
      </Lines>
      <div className="flex flex-wrap gap-2">
        <ShowMore of={asked} />
        {sessions.length > 1 && (
          <Button tone="danger" isBusy={revokeOthers.isPending} onClick={endOthers}>
            Sign out everywhere else
          </Button>
        )}
      </div>
    </div>
  )
}

function SessionLine({ session }: { session: Session }) {
  const revoke = useRevokeSession()
  const name = deviceName(session.device)
  const end = () =>
    revoke.mutate(session.id, {
      onSuccess: () => toast({ title: `${name} was signed out` }),
      onError: (problem) => toast({ tone: 'danger', title: `${name} is still signed in`, detail: sentenceOf(problem) }),
    })
  return (
    <Line
      icon={ICONS[session.device.kind]}
      title={
        <>
          {name}
          {session.isCurrent && <Badge tone="accent">This one</Badge>}
        </>
      }
      actions={
        !session.isCurrent && (
          <IconButton
            label={`Sign out ${name}`}
            tone="danger"
            icon={<LogOut />}
            disabled={revoke.isPending}
            onClick={end}
          />
        )
      }
    >
      {session.ip ?? 'Address unknown'}, {session.isHere ? 'this network' : 'another network'}. Signed in{' '}
      {WAYS[session.signedInBy]} {formatDateTime(session.createdAt)}
      {session.isCurrent ? '' : `, last used ${formatDateTime(session.lastUsedAt)}`}.
    </Line>
  )
}
