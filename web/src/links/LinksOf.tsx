import type { Right } from '@trove/contract/access'
import type { CreatedLink } from '@trove/contract/links'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Plus } from 'lucide-react'
import { useState } from 'react'
import { formatCount } from '../lib/format.ts'
import { Button } from '../ui/Button.tsx'
import { Problem } from '../ui/Problem.tsx'
import { ShowMore } from '../ui/ShowMore.tsx'
import { Skeleton } from '../ui/Skeleton.tsx'
import { FreshLink } from './FreshLink.tsx'
import { LinkList } from './LinkList.tsx'
import { NewLink } from './NewLink.tsx'
import { resourceLinksQuery } from './queries.ts'

/** Files that one link can be of. */
const MOST_IN_ONE = 1_000

export type LinksOfProps = {
  /** One file or folder, or several files that one link is to be of. */
  target: {
    organizationId: string
    resources: readonly { id: string; kind: 'file' | 'folder'; rights: readonly Right[] }[]
    /** The event whose pictures these are. */
    eventId?: string
  }
  /** Whether the person may change other people's links: an owner or admin of the organization. */
  controlsAll: boolean
}

/** The links to something, and making another: for people without an account. */
export function LinksOf({ target, controlsAll }: LinksOfProps) {
  const [fresh, setFresh] = useState<CreatedLink | undefined>(undefined)
  const [isMaking, setMaking] = useState(false)
  const { resources } = target
  const [only] = resources
  const holds = (right: Right) => resources.every(({ rights }) => rights.includes(right))
  if (resources.length > 1 && resources.some(({ kind }) => kind === 'folder'))
    return (
      <p className="text-base text-ink-soft">
        One link can be of one folder, or of several files. Choose only one folder, or only files.
      </p>
    )
  if (resources.length === 0)
    return <p className="text-base text-ink-soft">There is nothing in it that you may share.</p>
  if (resources.length > MOST_IN_ONE)
    return (
      <p className="text-base text-ink-soft">
        One link can be of {formatCount(MOST_IN_ONE, 'file')}; these are {formatCount(resources.length, 'file')}. Put
        them into a folder and make a link to that.
      </p>
    )
  if (!holds('share')) return <p className="text-base text-ink-soft">You may see this, and not pass it on.</p>
  if (fresh !== undefined) return <FreshLink link={fresh} onDone={() => setFresh(undefined)} />

  const making = (
    <NewLink
      target={target}
      may={{ download: holds('download'), write: holds('write') }}
      onCreated={(link) => {
        setMaking(false)
        setFresh(link)
      }}
      onCancel={isMaking ? () => setMaking(false) : undefined}
    />
  )
  const listedId = target.eventId ?? (resources.length === 1 ? only?.id : undefined)
  if (listedId === undefined || isMaking) return making
  return (
    <Existing resourceId={listedId} controlsAll={controlsAll} none={making}>
      <Button icon={<Plus aria-hidden className="size-4" />} className="self-start" onClick={() => setMaking(true)}>
        Another link
      </Button>
    </Existing>
  )
}

type ExistingProps = {
  resourceId: string
  controlsAll: boolean
  /** In place of a list of nothing. */
  none: React.ReactNode
  children: React.ReactNode
}

function Existing({ resourceId, controlsAll, none, children }: ExistingProps) {
  const asked = useInfiniteQuery(resourceLinksQuery(resourceId))
  const { data, error, refetch } = asked
  const links = data?.pages.flatMap(({ items }) => items)
  if (error !== null) return <Problem error={error} onRetry={() => void refetch()} />
  if (links === undefined) return <Skeleton className="h-32" />
  if (links.length === 0) return none
  return (
    <div className="flex flex-col gap-4">
      {children}
      <LinkList label="Links" links={links} controlsAll={controlsAll} />
      <ShowMore of={asked}>Show older</ShowMore>
    </div>
  )
}
