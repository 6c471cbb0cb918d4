import type { FileDetails } from '@trove/contract/files'
import { Play } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { cx } from '../lib/cx.ts'
import { contentUrl, variantUrl } from '../lib/file-urls.ts'
import { sheetOf } from '../lib/frame-sheet.ts'
import { Spinner } from '../ui/Spinner.tsx'
import { PlayerBar } from './PlayerBar.tsx'
import { playedFrom, stillOf, type PlayedFrom } from './sources.ts'
import { togglePlaying, usePlayer } from './usePlayer.ts'
import { usePlayerKeys } from './usePlayerKeys.ts'
import { VideoPreparing } from './VideoPreparing.tsx'

const CALM_MS = 2_500

/** A video, played from where it plays: when one source is refused, the next is tried. */
export function VideoStage({ file }: { file: FileDetails }) {
  const [refused, setRefused] = useState<readonly PlayedFrom[]>([])
  const [wanted, setWanted] = useState<{ from: PlayedFrom; at: number }>()
  const sources = playedFrom(file).filter((source) => !refused.includes(source))
  const source = sources.find((each) => each === wanted?.from) ?? sources[0]
  if (source === undefined) return <VideoPreparing file={file} poster={stillOf(file)} />
  return (
    <Playing
      key={source}
      file={file}
      source={source}
      onRefused={() => setRefused([...refused, source])}
      from={wanted?.at ?? 0}
      onOther={
        sources.length < 2 ? undefined : (at) => setWanted({ from: source === 'proxy' ? 'original' : 'proxy', at })
      }
    />
  )
}

type PlayingProps = {
  file: FileDetails
  source: PlayedFrom
  /** Seconds at which it goes on. */
  from: number
  onRefused: () => void
  /** Plays the other of the two instead, from where this one is. */
  onOther: ((at: number) => void) | undefined
}

/** With its controls; they leave while it plays and nobody moves. */
function Playing({ file, source, from, onRefused, onOther }: PlayingProps) {
  const [media, setMedia] = useState<HTMLVideoElement | null>(null)
  const frame = useRef<HTMLDivElement>(null)
  const player = usePlayer(media, file)
  const [isCalm, wake] = useCalm(player.isPlaying)
  const toggleFullscreen = () =>
    void (document.fullscreenElement === null ? frame.current?.requestFullscreen() : document.exitFullscreen())
  usePlayerKeys(player.isRefused ? null : media, { frameRate: file.facts.frameRate, toggleFullscreen })
  const poster = stillOf(file)

  const { isRefused } = player
  useEffect(() => {
    if (isRefused) onRefused()
    // Told once: whoever hears it shows something else.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [isRefused])

  return (
    <div
      ref={frame}
      onPointerMove={wake}
      onFocus={wake}
      className={cx('absolute inset-0 flex items-center justify-center bg-sunken', isCalm && 'cursor-none')}
    >
      <video
        ref={setMedia}
        src={source === 'proxy' ? variantUrl(file, 'proxy') : contentUrl(file)}
        {...(poster === undefined ? {} : { poster })}
        playsInline
        preload="metadata"
        aria-label={file.name}
        onLoadedMetadata={({ currentTarget }) => {
          if (from > 0) currentTarget.currentTime = from
        }}
        onClick={({ currentTarget }) => togglePlaying(currentTarget)}
        onDoubleClick={toggleFullscreen}
        className="size-full object-contain"
      />
      {!player.isPlaying && player.time === 0 && media !== null && (
        <button
          type="button"
          aria-label="Play"
          onClick={() => togglePlaying(media)}
          className="absolute flex size-16 items-center justify-center rounded-full bg-black/55 text-white transition-colors hover:bg-black/75"
        >
          <Play aria-hidden className="ml-1 size-7" fill="currentColor" />
        </button>
      )}
      {player.isWaiting && (
        <span className="pointer-events-none absolute text-white [&_svg]:size-8">
          <Spinner />
        </span>
      )}
      {media !== null && (
        <div
          className={cx(
            'absolute inset-x-0 bottom-0 bg-linear-to-t from-black/75 to-transparent px-3 pt-10 pb-[calc(10px+env(safe-area-inset-bottom))] transition-opacity sm:px-5',
            isCalm && 'pointer-events-none opacity-0',
          )}
        >
          <PlayerBar
            media={media}
            player={player}
            frames={{ rate: file.facts.frameRate, timecode: file.facts.timecode }}
            sheet={sheetOf(file)}
            quality={
              onOther && { name: source === 'proxy' ? 'Proxy' : 'Original', onChange: () => onOther(media.currentTime) }
            }
            onFullscreen={toggleFullscreen}
            onFloat={() =>
              void (
                document.pictureInPictureElement === null
                  ? media.requestPictureInPicture()
                  : document.exitPictureInPicture()
              ).catch(() => undefined)
            }
          />
        </div>
      )}
    </div>
  )
}

/** Whether nobody has moved for a while. */
function useCalm(isPlaying: boolean): [isCalm: boolean, wake: () => void] {
  const [isCalm, setCalm] = useState(false)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const wake = () => {
    setCalm(false)
    clearTimeout(timer.current)
    if (isPlaying) timer.current = setTimeout(() => setCalm(true), CALM_MS)
  }
  useEffect(() => {
    setCalm(false)
    if (!isPlaying) return
    const first = setTimeout(() => setCalm(true), CALM_MS)
    return () => {
      clearTimeout(first)
      clearTimeout(timer.current)
    }
  }, [isPlaying])
  return [isCalm, wake]
}
