import { Maximize, Pause, PictureInPicture2, Play, Volume2, VolumeX } from 'lucide-react'
import type { ReactNode } from 'react'
import { formatDuration } from '../lib/format.ts'
import { IconButton } from '../ui/IconButton.tsx'
import type { FrameSheet } from '../lib/frame-sheet.ts'
import { SeekBar } from './SeekBar.tsx'
import { nextSpeed, togglePlaying, type PlayerState } from './usePlayer.ts'
import { VideoTime } from './VideoTime.tsx'

type PlayerBarProps = {
  media: HTMLMediaElement
  player: PlayerState
  /** Of a video: how its frames are counted. */
  frames?: { rate: { num: number; den: number } | undefined; timecode: string | undefined }
  /** Small frames to look at above the length. */
  sheet?: FrameSheet | undefined
  /** Which of two sources is played; a press takes the other. */
  quality?: { name: string; onChange: () => void } | undefined
  onFullscreen?: () => void
  onFloat?: () => void
}

const WHITE = 'text-white/85! hover:bg-white/15! hover:text-white!'

/** The controls below a clip. */
export function PlayerBar({ media, player, frames, sheet, quality, onFullscreen, onFloat }: PlayerBarProps) {
  const { isPlaying, time, duration, volume, isMuted, speed } = player
  return (
    <div className="flex items-center gap-1 text-white sm:gap-2">
      <IconButton
        label={isPlaying ? 'Pause' : 'Play'}
        keys="Space"
        icon={isPlaying ? <Pause /> : <Play />}
        side="top"
        className={WHITE}
        onClick={() => togglePlaying(media)}
      />
      <VideoTime seconds={time} frameRate={frames?.rate} timecode={frames?.timecode} />
      <SeekBar player={player} sheet={sheet} onSeek={(seconds) => (media.currentTime = seconds)} />
      <Time>{formatDuration(duration * 1000)}</Time>
      <div className="group/volume flex items-center">
        <IconButton
          label={isMuted ? 'Sound on' : 'Sound off'}
          keys="m"
          icon={isMuted ? <VolumeX /> : <Volume2 />}
          side="top"
          className={WHITE}
          onClick={() => (media.muted = !media.muted)}
        />
        <input
          type="range"
          aria-label="Volume"
          min={0}
          max={1}
          step={0.05}
          value={isMuted ? 0 : volume}
          onChange={({ currentTarget }) => {
            media.volume = currentTarget.valueAsNumber
            media.muted = media.volume === 0
          }}
          // Keys on it change the volume, not the file.
          onKeyDown={(event) => event.key.startsWith('Arrow') && event.nativeEvent.stopPropagation()}
          className="h-1 w-0 cursor-pointer accent-white opacity-0 transition-all group-focus-within/volume:w-16 group-focus-within/volume:opacity-100 group-hover/volume:w-16 group-hover/volume:opacity-100 max-sm:hidden"
        />
      </div>
      <button
        type="button"
        aria-label={`Speed ${speed}`}
        onClick={() => (media.playbackRate = nextSpeed(speed))}
        className="touchable tabular h-8 min-w-10 rounded-md px-1.5 text-xs font-medium text-white/85 hover:bg-white/15 hover:text-white"
      >
        {speed}×
      </button>
      {quality !== undefined && (
        <button
          type="button"
          aria-label={`Playing the ${quality.name.toLowerCase()}, play the other`}
          onClick={quality.onChange}
          className="touchable h-8 rounded-md px-1.5 text-xs font-medium text-white/85 hover:bg-white/15 hover:text-white max-sm:hidden"
        >
          {quality.name}
        </button>
      )}
      {onFloat !== undefined && document.pictureInPictureEnabled && (
        <span className="max-sm:hidden">
          <IconButton
            label="Picture in picture"
            icon={<PictureInPicture2 />}
            side="top"
            className={WHITE}
            onClick={onFloat}
          />
        </span>
      )}
      {onFullscreen !== undefined && (
        <IconButton
          label="Full screen"
          keys="f"
          icon={<Maximize />}
          side="top"
          className={WHITE}
          onClick={onFullscreen}
        />
      )}
    </div>
  )
}

function Time({ children }: { children: ReactNode }) {
  return <span className="tabular min-w-9 shrink-0 text-center text-xs text-white/80">{children}</span>
}
