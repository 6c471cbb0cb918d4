import { lazy, Suspense, useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { queryOf } from '../files/happened/loader.ts'
import type { EventLink } from '../events/EventCard.tsx'
import { createHappenedListing, type HappenedListing } from '../files/happened/listing.ts'
import type { Level } from '../files/happened/levels.ts'
import { NoFilesPicture, NoMatchPicture, useListing, type BrowserHandle, type GridLook } from '../files/index.ts'
import type { FolderLinks } from '../folders/index.ts'
import { formatCount } from '../lib/format.ts'
import { useShortcuts } from '../lib/keys.ts'
import { useIsPhone } from '../lib/screen.ts'
import { useOrganization } from '../organizations/index.ts'
import { JumpToDate, renderHeading, scrubLabel } from '../timeline/index.ts'
import { Bar } from '../ui/Bar.tsx'
import { Button } from '../ui/Button.tsx'
import { EmptyState } from '../ui/EmptyState.tsx'
import { DropTarget } from '../uploads/index.ts'
import { FilesPlace } from './FilesPlace.tsx'
import { useNarrowing } from './place.ts'
import { TimelineBar } from './TimelineBar.tsx'
import { filterOf, isFiltered, NO_FILTER, type SetTimelineSearch, type TimelineSearch } from './timeline-search.ts'
import { UploadButton } from './UploadButton.tsx'

/** Not needed for the first paint. */
const FilterChips = lazy(async () => ({ default: (await import('../finding/FilterChips.tsx')).FilterChips }))
const FolderChip = lazy(async () => ({ default: (await import('./FolderChip.tsx')).FolderChip }))
/** The outline of the world is loaded when somebody looks at it. */
const PlacesMap = lazy(async () => ({ default: (await import('../timeline/map/PlacesMap.tsx')).PlacesMap }))

type TimelinePageProps = {
  search: TimelineSearch
  setSearch: SetTimelineSearch
  links: FolderLinks
  eventLink: EventLink
}

const EventList = lazy(async () => ({ default: (await import('../events/EventList.tsx')).EventList }))
const EVERY_EVENT = {}

/** Heights that rows aim at, in CSS pixels. */
const TARGETS: Record<Level, { wide: number; phone: number }> = {
  day: { wide: 216, phone: 132 },
  month: { wide: 132, phone: 92 },
  year: { wide: 76, phone: 56 },
}

/** What happened, the last of it first. */
export function TimelinePage({ search, setSearch, links, eventLink }: TimelinePageProps) {
  const organization = useOrganization()
  const filter = useMemo(() => filterOf(organization.id, search), [organization.id, search])
  const { listing, view } = useListing(filter, createHappenedListing)
  const happened = listing as HappenedListing
  const level = search.by ?? 'day'
  const browser = useRef<BrowserHandle>(null)
  const [isJumping, setJumping] = useState(false)
  const look = useLook(level)
  // Before anything is drawn, so that nothing is drawn twice.
  useLayoutEffect(() => happened.showBy(level), [happened, level])

  const jumpTo = useCallback(
    (day: string) => {
      browser.current?.goTo(happened.indexOfDay(day))
    },
    [happened],
  )
  const jump = () => setJumping(true)
  const mayJump = view.count > 0 && view.isCounting !== true
  const turn = (to: Level) => setSearch({ by: to === 'day' ? undefined : to }, { replace: true })
  useShortcuts([
    { keys: 'g', label: 'Go to a date', group: 'Timeline', when: () => mayJump, run: jump },
    { keys: '1', label: 'By day', group: 'Timeline', run: () => turn('day') },
    { keys: '2', label: 'By month', group: 'Timeline', run: () => turn('month') },
    { keys: '3', label: 'By year', group: 'Timeline', run: () => turn('year') },
  ])
  const days = useEnds(happened, view.version, view.count)

  const bar = (
    <TimelineBar
      search={search}
      setSearch={setSearch}
      level={level}
      onLevel={turn}
      onJump={mayJump ? jump : undefined}
      count={
        view.status !== 'ready' ? undefined : view.isCounting === true ? 'Counting…' : formatCount(view.count, 'file')
      }
      more={search.show !== 'events' && <Narrowing search={search} setSearch={setSearch} />}
    />
  )
  const map = (
    <Suspense>
      <PlacesMap
        organizationId={organization.id}
        filter={queryOf(filter)}
        onPlace={(bounds) => setSearch({ bounds, show: undefined, at: undefined })}
      />
    </Suspense>
  )

  const events = (
    <div className="h-full overflow-y-auto px-4 py-4 max-sm:px-2">
      <Suspense>
        <EventList organizationId={organization.id} filter={EVERY_EVENT} link={eventLink} />
      </Suspense>
    </div>
  )

  return (
    <>
      {organization.role !== 'guest' && <DropTarget to={organization.name} />}
      <Bar slot="title">
        <h1 className="truncate text-base font-semibold">Timeline</h1>
      </Bar>
      <Bar slot="actions">{organization.role !== 'guest' && <UploadButton />}</Bar>
      <FilesPlace
        filter={filter}
        create={createHappenedListing}
        look={look}
        browserRef={browser}
        search={search}
        setSearch={setSearch}
        links={links}
        label={`What happened in ${organization.name}`}
        bar={bar}
        {...(search.show === 'map' && { instead: map })}
        {...(search.show === 'events' && { instead: events })}
        empty={
          <Nothing
            search={search}
            setSearch={setSearch}
            name={organization.name}
            mayAdd={organization.role !== 'guest'}
          />
        }
      />
      <JumpToDate
        isOpen={isJumping}
        onClose={() => setJumping(false)}
        onJump={(day) => requestAnimationFrame(() => jumpTo(day))}
        {...days}
      />
    </>
  )
}

/** By whom, with what, where, and all else that files can be narrowed down by. */
function Narrowing({ search, setSearch }: Pick<TimelinePageProps, 'search' | 'setSearch'>) {
  const { id: organizationId } = useOrganization()
  const now = useNarrowing(search)
  return (
    <Suspense>
      <FolderChip
        organizationId={organizationId}
        folderId={search.folderId}
        onChange={(folderId) => setSearch({ folderId, at: undefined })}
      />
      <FilterChips
        organizationId={organizationId}
        now={now}
        onChange={(changed) => setSearch({ ...changed, at: undefined })}
      />
    </Suspense>
  )
}

function useLook(level: Level): GridLook {
  const isPhone = useIsPhone()
  return useMemo(
    () => ({
      target: TARGETS[level][isPhone ? 'phone' : 'wide'],
      headingHeight: 40,
      renderHeading,
      scrubLabel,
      hasStickyHeadings: true,
      scrubName: 'Jump to a date',
    }),
    [level, isPhone],
  )
}

/** The first and the last day, as far as they are known. */
function useEnds({ fileAt }: HappenedListing, version: number, count: number) {
  const [ends, setEnds] = useState<{ oldest: string | undefined; newest: string | undefined }>({
    oldest: undefined,
    newest: undefined,
  })
  useEffect(() => {
    const newest = fileAt(0)?.happenedAt.slice(0, 10)
    const oldest = fileAt(count - 1)?.happenedAt.slice(0, 10)
    setEnds((now) => (now.newest === newest && now.oldest === oldest ? now : { oldest, newest }))
  }, [fileAt, version, count])
  return ends
}

function Nothing({ search, setSearch, name, mayAdd }: NothingProps) {
  if (isFiltered(search)) {
    return (
      <EmptyState
        picture={<NoMatchPicture />}
        title="Nothing matches"
        action={<Button onClick={() => setSearch(NO_FILTER)}>Show everything</Button>}
      >
        There is no picture or video of which all of this is true.
      </EmptyState>
    )
  }
  return (
    <EmptyState
      picture={<NoFilesPicture />}
      title={`Nothing has happened in ${name} yet`}
      action={mayAdd && <UploadButton size="large" />}
    >
      Pictures and videos stand here by when they were taken, whenever they are uploaded.
    </EmptyState>
  )
}

type NothingProps = { search: TimelineSearch; setSearch: SetTimelineSearch; name: string; mayAdd: boolean }
