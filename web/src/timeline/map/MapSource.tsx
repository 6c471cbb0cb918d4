import type { MapTiles } from '@trove/contract/timeline'
import { Map as MapIcon } from 'lucide-react'
import { Button } from '../../ui/Button.tsx'
import type { Consent } from './consent.ts'

/** Asks before the first call to somebody else, says whose map it is afterwards, and takes the answer back. */
export function MapSource({ source, consent, onAnswer, isSilent }: MapSourceProps) {
  const { host } = new URL(source.origin)
  if (consent === 'not-asked') {
    return (
      <section
        aria-label="Detailed map"
        className="absolute bottom-3 left-3 flex max-w-80 flex-col gap-3 rounded-lg bg-surface p-3 shadow-high max-sm:top-3 max-sm:right-3 max-sm:bottom-auto max-sm:max-w-none"
      >
        <p className="text-sm">
          Show a detailed map from <b className="font-medium break-all">{host}</b>? It will see which area you look at.
        </p>
        <div className="flex gap-2">
          <Button size="small" tone="primary" onClick={() => onAnswer('yes')}>
            Show it
          </Button>
          <Button size="small" tone="quiet" onClick={() => onAnswer('no')}>
            Keep the outline
          </Button>
        </div>
      </section>
    )
  }
  return (
    <div className="absolute bottom-3 left-3 flex max-w-[calc(100%-5rem)] flex-wrap items-center gap-x-2 rounded-lg bg-surface p-1 text-xs text-ink-soft shadow-high">
      {consent === 'no' ? (
        <Button size="small" tone="quiet" icon={<MapIcon className="size-4" />} onClick={() => onAnswer('not-asked')}>
          Detailed map
        </Button>
      ) : (
        <>
          <span className="pl-1.5" role="status">
            {isSilent ? `${host} does not answer; this is the outline.` : source.attribution}
          </span>
          <Button size="small" tone="quiet" onClick={() => onAnswer('no')}>
            Stop asking {host}
          </Button>
        </>
      )}
    </div>
  )
}

type MapSourceProps = {
  source: MapTiles
  consent: Consent
  onAnswer: (answer: Consent) => void
  /** Whether the source gave nothing of what it was asked for. */
  isSilent: boolean
}
