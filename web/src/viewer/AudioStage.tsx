import type { FileDetails } from '@trove/contract/files'
import { Pause, Play } from 'lucide-react'
import { useState } from 'react'
import { cx } from '../lib/cx.ts'
import { contentUrl } from '../lib/file-urls.ts'
import { PlayerBar } from './PlayerBar.tsx'
import { TileStage } from './TileStage.tsx'
import { togglePlaying, usePlayer } from './usePlayer.ts'
import { usePlayerKeys } from './usePlayerKeys.ts'

const RINGS = [132, 100, 70]

/** A recording: what it is called, and rings that breathe while it plays. */
export function AudioStage({ file }: { file: FileDetails }) {
  const [media, setMedia] = useState<HTMLAudioElement | null>(null)
  const player = usePlayer(media, file)
  usePlayerKeys(player.isRefused ? null : media, {})
  if (player.isRefused)
    return (
      <TileStage file={file}>
        This browser cannot play this recording. The original can be downloaded and played elsewhere.
      </TileStage>
    )
  const { title = file.name, artist } = file.facts
  return (
    <div className="absolute inset-0 flex flex-col items-center justify-center gap-8 p-4">
      <audio ref={setMedia} src={contentUrl(file)} preload="metadata" aria-label={file.name} />
      <div className="relative flex size-72 max-w-full items-center justify-center">
        <svg aria-hidden viewBox="-140 -140 280 280" className="absolute size-full text-ink-faint">
          {RINGS.map((radius, i) => (
            <circle
              key={radius}
              r={radius}
              fill="none"
              stroke="currentColor"
              strokeWidth="1"
              className={cx(player.isPlaying && 'animate-breathe')}
              style={{ opacity: 0.25 + i * 0.2, animationDelay: `${i * 0.35}s` }}
            />
          ))}
        </svg>
        <button
          type="button"
          aria-label={player.isPlaying ? 'Pause' : 'Play'}
          onClick={() => media !== null && togglePlaying(media)}
          className="relative flex size-20 items-center justify-center rounded-full bg-surface text-ink shadow-high transition-colors hover:bg-hover"
        >
          {player.isPlaying ? (
            <Pause aria-hidden className="size-7" fill="currentColor" />
          ) : (
            <Play aria-hidden className="ml-1 size-7" fill="currentColor" />
          )}
        </button>
      </div>
      <div className="max-w-md text-center">
        <p className="text-lg font-medium text-balance break-words">{title}</p>
        {artist !== undefined && <p className="text-base text-ink-soft">{artist}</p>}
      </div>
      {media !== null && (
        <div className="w-full max-w-2xl rounded-lg bg-surface px-2 py-1.5">
          <PlayerBar media={media} player={player} />
        </div>
      )}
    </div>
  )
}
