import type { FileDetails } from '@trove/contract/files'
import { Play } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { cx } from '../lib/cx.ts'
import { contentUrl } from '../lib/file-urls.ts'
import { Spinner } from '../ui/Spinner.tsx'
import { PlayerBar } from './PlayerBar.tsx'
import { stillOf } from './sources.ts'
import { DownloadLink, TileStage } from './TileStage.tsx'
import { togglePlaying, usePlayer } from './usePlayer.ts'
import { usePlayerKeys } from './usePlayerKeys.ts'

const CALM_MS = 2_500

/** A video with its controls; they leave while it plays and nobody moves. */
export function VideoStage({ file }: { file: FileDetails }) {
  const [media, setMedia] = useState<HTMLVideoElement | null>(null)
  const frame = useRef<HTMLDivElement>(null)
  const player = usePlayer(media, file)
  const [isCalm, wake] = useCalm(player.isPlaying)
  const toggleFullscreen = () =>
    void (document.fullscreenElement === null ? frame.current?.requestFullscreen() : document.exitFullscreen())
  usePlayerKeys(player.isRefused ? null : media, { frameRate: file.facts.frameRate, toggleFullscreen })
  const poster = stillOf(file)

  if (player.isRefused) return <Undecodable file={file} poster={poster} />
  return (
    <div
      ref={frame}
      onPointerMove={wake}
      onFocus={wake}
      className={cx('absolute inset-0 flex items-center justify-center bg-sunken', isCalm && 'cursor-none')}
    >
      <video
        ref={setMedia}
        src={contentUrl(file)}
        {...(poster === undefined ? {} : { poster })}
        playsInline
        preload="metadata"
        aria-label={file.name}
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

/** What cannot be played here is still there: its picture, the reason, and the file. */
function Undecodable({ file, poster }: { file: FileDetails; poster: string | undefined }) {
  const codec = file.facts.videoCodec
  const said = `This browser cannot play ${codec === undefined ? 'this video' : `${codec.toUpperCase()} video`}.`
  if (poster === undefined)
    return <TileStage file={file}>{said} The original can be downloaded and played elsewhere.</TileStage>
  return (
    <div className="absolute inset-0 flex flex-col items-center justify-center gap-5 p-4">
      <img src={poster} alt={`A picture from ${file.name}`} className="min-h-0 max-w-full rounded-md object-contain" />
      <div className="flex shrink-0 flex-wrap items-center justify-center gap-x-4 gap-y-2 pb-2">
        <p role="status" className="text-sm text-ink-soft">
          {said} The original can be downloaded and played elsewhere.
        </p>
        {file.rights.includes('download') && <DownloadLink file={file} />}
      </div>
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
