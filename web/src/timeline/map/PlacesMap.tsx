import type { Cluster, TimelineFilter } from '@trove/contract/timeline'
import { useQuery } from '@tanstack/react-query'
import { MapPinned, Minus, Plus } from 'lucide-react'
import { useDeferredValue, useMemo, useRef, useState, type KeyboardEvent } from 'react'
import { variantUrl } from '../../lib/file-urls.ts'
import { formatCount } from '../../lib/format.ts'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { IconButton } from '../../ui/IconButton.tsx'
import { Problem } from '../../ui/Problem.tsx'
import { useConsent } from './consent.ts'
import { land } from './land.ts'
import { MapSource } from './MapSource.tsx'
import { boundsOf, toPixels, type Bounds, type Size, type View } from './mercator.ts'
import { mapSourceQuery, placesQuery } from './queries.ts'
import { Tiles } from './Tiles.tsx'
import { useView } from './useView.ts'

const KEY_STEP = 80
const KEY_ZOOM = 1.6
/** Around what is in sight, so that a small move needs no asking. */
const AROUND = 160

/** Where pictures and videos were taken, on an outline of the world that is drawn here; on more for whoever agrees to it. */
export function PlacesMap({ organizationId, filter, onPlace }: PlacesMapProps) {
  const frame = useRef<HTMLDivElement>(null)
  const { view, size, move, zoom, handlers } = useView(frame)
  const bounds = useDeferredValue(useBounds(view, size))
  const { data, error, refetch } = useQuery({
    ...placesQuery(organizationId, filter, bounds),
    enabled: size.width > 0,
  })
  const clusters = data?.clusters ?? []
  const source = useQuery(mapSourceQuery).data?.tiles
  const { consent, answer } = useConsent(source?.origin ?? '')
  const [isSilent, setSilent] = useState(false)
  const hasTiles = source !== undefined && consent === 'yes'

  const onKeyDown = (event: KeyboardEvent) => {
    const run = keys(move, zoom)[event.key]
    if (run === undefined || event.ctrlKey || event.metaKey || event.altKey) return
    event.preventDefault()
    event.stopPropagation()
    run()
  }
  if (error !== null && data === undefined) return <Problem error={error} onRetry={() => void refetch()} />
  return (
    <div className="relative h-full min-h-0 overflow-hidden bg-sunken">
      <div
        ref={frame}
        role="application"
        aria-label="Map of where pictures and videos were taken. Arrow keys move it, plus and minus zoom."
        tabIndex={0}
        onKeyDown={onKeyDown}
        className="absolute inset-0 cursor-grab touch-none overflow-hidden select-none focus-visible:-outline-offset-2 active:cursor-grabbing"
        {...handlers}
      >
        <Land view={view} size={size} isOnce={hasTiles} />
        {hasTiles && <Tiles source={source} view={view} size={size} onSilence={setSilent} />}
        {clusters.map((cluster) => (
          <Mark
            key={`${cluster.sample.id}`}
            cluster={cluster}
            view={view}
            size={size}
            onPress={() => onPlace(boundsFor(cluster))}
          />
        ))}
      </div>
      <div className="absolute right-3 bottom-3 flex flex-col gap-1 rounded-lg bg-surface p-1 shadow-high">
        <IconButton label="Closer" icon={<Plus />} side="left" onClick={() => zoom(KEY_ZOOM)} />
        <IconButton label="Farther" icon={<Minus />} side="left" onClick={() => zoom(1 / KEY_ZOOM)} />
      </div>
      {source !== undefined && <MapSource source={source} consent={consent} onAnswer={answer} isSilent={isSilent} />}
      {data !== undefined && clusters.length === 0 && (
        <div className="pointer-events-none absolute inset-0 flex items-center justify-center">
          <div className="rounded-lg bg-surface/92">
            <EmptyState
              picture={<MapPinned className="size-6 text-ink-faint" strokeWidth={1.5} />}
              title="Nothing here"
            >
              Pictures whose camera wrote down where it was stand on this map, for those who may download them.
            </EmptyState>
          </div>
        </div>
      )}
    </div>
  )
}

/** Rounded, so that a move of a few pixels asks for nothing new. */
function useBounds(view: View, size: Size): Bounds {
  return useMemo(() => {
    const { west, south, east, north } = boundsOf(view, size, AROUND)
    const step = 10 ** Math.floor(Math.log10(Math.max(1e-4, (east - west) / 10)))
    const down = (value: number, least: number) => Math.max(least, Number((Math.floor(value / step) * step).toFixed(6)))
    const up = (value: number, most: number) => Math.min(most, Number((Math.ceil(value / step) * step).toFixed(6)))
    return { west: down(west, -180), south: down(south, -90), east: up(east, 180), north: up(north, 90) }
  }, [view, size])
}

/** @param isOnce  nothing beyond the date line is drawn, where tiles are not either */
function Land({ view, size, isOnce }: { view: View; size: Size; isOnce: boolean }) {
  const { x, y } = toPixels({ longitude: -180, latitude: 90 }, view, size)
  const clipPath = isOnce ? `inset(0 ${size.width - x - view.worldPixels}px 0 ${x}px)` : undefined
  return (
    <svg aria-hidden className="absolute inset-0 size-full" style={{ clipPath }}>
      <path
        d={land}
        transform={`translate(${x} ${y}) scale(${view.worldPixels})`}
        vectorEffect="non-scaling-stroke"
        className="fill-surface stroke-line-strong/50"
      />
    </svg>
  )
}

function Mark({ cluster, view, size, onPress }: { cluster: Cluster; view: View; size: Size; onPress: () => void }) {
  const { x, y } = toPixels(cluster, view, size)
  const { sample, count } = cluster
  if (x < -40 || y < -40 || x > size.width + 40 || y > size.height + 40) return null
  const thumbnail = sample.variants.find(({ name }) => name === 'thumbnail' || name === 'poster')
  return (
    <button
      type="button"
      aria-label={`${formatCount(count, 'file')} taken here`}
      onClick={onPress}
      className="absolute top-0 left-0 size-12 rounded-lg border-2 border-surface bg-active bg-cover bg-center shadow-high transition-[border-color] hover:border-accent pointer-coarse:size-13"
      style={{
        transform: `translate(${x - 24}px, ${y - 24}px)`,
        zIndex: Math.min(4, Math.floor(Math.log10(count))),
        ...(sample.blur !== undefined && { backgroundImage: `url(${sample.blur})` }),
      }}
    >
      {thumbnail !== undefined && (
        <img
          src={variantUrl(sample, thumbnail.name)}
          alt=""
          draggable={false}
          decoding="async"
          className="absolute inset-0 size-full rounded-md object-cover"
        />
      )}
      {count > 1 && (
        <span className="tabular absolute -top-2 -right-2 rounded-full bg-accent px-1.5 py-px text-xs font-medium text-on-accent">
          {count.toLocaleString()}
        </span>
      )}
    </button>
  )
}

const keys = (
  move: (by: { x: number; y: number }) => void,
  zoom: (factor: number) => void,
): Record<string, () => void> => ({
  ArrowLeft: () => move({ x: KEY_STEP, y: 0 }),
  ArrowRight: () => move({ x: -KEY_STEP, y: 0 }),
  ArrowUp: () => move({ x: 0, y: KEY_STEP }),
  ArrowDown: () => move({ x: 0, y: -KEY_STEP }),
  '+': () => zoom(KEY_ZOOM),
  '=': () => zoom(KEY_ZOOM),
  '-': () => zoom(1 / KEY_ZOOM),
})

/** All of a cluster and, where it is one point, a little around it. */
function boundsFor({ west, south, east, north }: Cluster): string {
  const around = 1e-5
  const sides = [west - around, south - around, east + around, north + around]
  const [least, most] = [[-180, -90, -180, -90] as const, [180, 90, 180, 90] as const]
  return sides.map((side, i) => Math.min(most[i] ?? 180, Math.max(least[i] ?? -180, side)).toFixed(6)).join(',')
}

type PlacesMapProps = {
  organizationId: string
  filter: TimelineFilter
  /** @param bounds  west,south,east,north in degrees */
  onPlace: (bounds: string) => void
}
