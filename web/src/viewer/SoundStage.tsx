import type { FileDetails } from '@trove/contract/files'
import { useQuery } from '@tanstack/react-query'
import { AudioLines } from 'lucide-react'
import { useState } from 'react'
import { contentUrl } from '../lib/file-urls.ts'
import { formatDuration, formatShare } from '../lib/format.ts'
import { stepsQuery } from '../lib/steps.ts'
import { PlayerBar } from './PlayerBar.tsx'
import { SoundWave } from './SoundWave.tsx'
import { stillOf } from './sources.ts'
import { TileStage } from './TileStage.tsx'
import { unshownSentence } from './unshown.ts'
import { usePlayer } from './usePlayer.ts'
import { usePlayerKeys } from './usePlayerKeys.ts'

/** A recording: its cover, what it is called, how loud it is from beginning to end, and its controls. */
export function SoundStage({ file }: { file: FileDetails }) {
  const [media, setMedia] = useState<HTMLAudioElement | null>(null)
  const player = usePlayer(media, file)
  usePlayerKeys(player.isRefused ? null : media, {})
  if (player.isRefused)
    return (
      <TileStage file={file}>
        {file.status === 'failed' && file.failure !== undefined
          ? unshownSentence(file)
          : 'This browser cannot play this recording. The original can be downloaded and played elsewhere.'}
      </TileStage>
    )
  const hasWave = file.variants.some(({ name }) => name === 'waveform')
  const seek = (seconds: number) => media !== null && (media.currentTime = seconds)
  return (
    <div className="absolute inset-0 flex flex-col items-center justify-center gap-6 overflow-y-auto p-4 sm:gap-8">
      <audio ref={setMedia} src={contentUrl(file)} preload="metadata" aria-label={file.name} />
      <Cover file={file} />
      <Tags file={file} />
      {hasWave ? (
        <SoundWave file={file} time={player.time} duration={player.duration} onSeek={seek} />
      ) : (
        <Waiting fileId={file.id} isOwn={file.organizationId !== ''} />
      )}
      {media !== null && (
        <div className="w-full max-w-3xl rounded-lg bg-surface px-2 py-1.5">
          <PlayerBar media={media} player={player} />
        </div>
      )}
      {player.duration > 0 && (
        <p className="tabular -mt-4 text-xs text-ink-faint">
          {formatDuration(Math.max(0, player.duration - player.time) * 1000)} left
        </p>
      )}
    </div>
  )
}

function Cover({ file }: { file: FileDetails }) {
  const cover = stillOf(file)
  if (cover !== undefined)
    return (
      <img
        src={cover}
        alt={`The cover of ${file.facts.title ?? file.name}`}
        className="size-48 shrink-0 rounded-lg object-cover shadow-high sm:size-56"
      />
    )
  return (
    <span
      aria-hidden
      className="flex size-28 shrink-0 items-center justify-center rounded-lg border border-line bg-surface text-ink-faint"
    >
      <AudioLines className="size-10" strokeWidth={1.25} />
    </span>
  )
}

function Tags({ file }: { file: FileDetails }) {
  const { title = file.name, artist, album, track, year, genre } = file.facts
  const more = [album, track === undefined ? undefined : `Track ${track}`, year, genre].filter(
    (each) => each !== undefined,
  )
  return (
    <div className="max-w-md text-center">
      <p className="text-lg font-medium text-balance break-words">{title}</p>
      {artist !== undefined && <p className="text-base break-words text-ink-soft">{artist}</p>}
      {more.length > 0 && <p className="text-sm break-words text-ink-faint">{more.join(' · ')}</p>}
    </div>
  )
}

/** A guest of a link is not told what is done with a file. */
function Waiting({ fileId, isOwn }: { fileId: string; isOwn: boolean }) {
  const { data: steps } = useQuery({ ...stepsQuery(fileId), enabled: isOwn })
  const step = steps?.find(({ name }) => name === 'waveform')
  if (step?.status !== 'running' && step?.status !== 'waiting') return null
  const share = step.progress > 0 ? `: ${formatShare(step.progress * 100, 100)}` : ''
  return (
    <p role="status" className="flex h-28 items-center text-sm text-ink-soft">
      Its waveform is being drawn{share}.
    </p>
  )
}
