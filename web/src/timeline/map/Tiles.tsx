import type { MapTiles } from '@trove/contract/timeline'
import { useEffect, useState } from 'react'
import type { Size, View } from './mercator.ts'
import { addressOf, boxOf, levelOf, tilesOf, type Tile } from './tiles.ts'

/** While the levels change faster than this, the tiles of none of them are asked for. */
const REST_MS = 150

/**
 * The squares of a source that lie in sight. Rendered only for whoever has agreed to it: to render them is to ask for them.
 *
 * @param onSilence  told once so many have failed, and none has come
 */
export function Tiles({ source, view, size, onSilence }: TilesProps) {
  const layers = useLayers(view, size, source.maxZoom)
  const heard = useSilence(onSilence)
  return (
    <div aria-hidden className="pointer-events-none absolute inset-0 in-data-[theme=dark]:brightness-75">
      {layers.toReversed().map((tiles) =>
        tiles.map((tile) => (
          <img
            key={`${tile.level}/${tile.column}/${tile.row}`}
            src={addressOf(source.template, tile)}
            // No cookie goes along, and not from where it is asked.
            crossOrigin="anonymous"
            referrerPolicy="no-referrer"
            alt=""
            draggable={false}
            decoding="async"
            className="absolute max-w-none"
            style={boxOf(tile, view, size)}
            onLoad={() => heard(true)}
            onError={({ currentTarget }) => {
              currentTarget.style.visibility = 'hidden'
              heard(false)
            }}
          />
        )),
      )}
    </div>
  )
}

/** The tiles of the level in sight, and of the one before, which fill in until those have come. */
function useLayers(view: View, size: Size, maxZoom: number): Tile[][] {
  const [layers, setLayers] = useState<Tile[][]>([])
  const shown = layers[0]?.[0]?.level
  useEffect(() => {
    if (size.width === 0) return
    const isMove = shown === levelOf(view, maxZoom)
    const rested = setTimeout(
      () => {
        const tiles = tilesOf(view, size, maxZoom)
        setLayers(([now = [], before = []]) => [tiles, now[0]?.level === tiles[0]?.level ? before : now])
      },
      isMove ? 0 : REST_MS,
    )
    return () => clearTimeout(rested)
  }, [view, size, maxZoom, shown])
  return layers
}

const SILENT_AFTER = 4

function useSilence(onSilence: (isSilent: boolean) => void) {
  const [counts] = useState({ failed: 0 })
  return (hasCome: boolean) => {
    counts.failed = hasCome ? 0 : counts.failed + 1
    if (hasCome) onSilence(false)
    else if (counts.failed >= SILENT_AFTER) onSilence(true)
  }
}

type TilesProps = { source: MapTiles; view: View; size: Size; onSilence: (isSilent: boolean) => void }
