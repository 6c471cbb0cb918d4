import { Minus, Plus } from 'lucide-react'
import { useShortcuts } from '../lib/keys.ts'
import { IconButton } from '../ui/IconButton.tsx'

const STEP = 1.25
const LEAST = 0.25
const MOST = 5

/** How large the pages of a document are, and the ways to have them larger, smaller or fitting. */
export function ZoomButtons({ zoom, onZoom }: ZoomProps) {
  const percent = `${Math.round(zoom * 100)} %`
  return (
    <>
      <IconButton
        label="Smaller"
        keys="-"
        icon={<Minus />}
        side="top"
        className={ROUND}
        onClick={() => onZoom(smaller(zoom))}
      />
      <button
        type="button"
        aria-label={`${percent}: fit to the window`}
        className="tabular w-12 text-center text-xs"
        onClick={() => onZoom(1)}
      >
        {percent}
      </button>
      <IconButton
        label="Larger"
        keys="+"
        icon={<Plus />}
        side="top"
        className={ROUND}
        onClick={() => onZoom(larger(zoom))}
      />
    </>
  )
}

/** The same by keyboard. */
export function useZoomKeys({ zoom, onZoom }: ZoomProps) {
  const group = 'Open document'
  useShortcuts([
    { keys: '+', label: 'Larger', group, run: () => onZoom(larger(zoom)) },
    { keys: '=', run: () => onZoom(larger(zoom)) },
    { keys: '-', label: 'Smaller', group, run: () => onZoom(smaller(zoom)) },
    { keys: '0', label: 'Fit', group, run: () => onZoom(1) },
  ])
}

/** Buttons on the dark, rounded bar of a document. */
export const ROUND = 'rounded-full! text-white! hover:bg-white/15!'

const larger = (zoom: number): number => Math.min(MOST, zoom * STEP)
const smaller = (zoom: number): number => Math.max(LEAST, zoom / STEP)

type ZoomProps = {
  /** 1: as wide as fits. */
  zoom: number
  onZoom: (zoom: number) => void
}
