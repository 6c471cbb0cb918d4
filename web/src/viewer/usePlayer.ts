import { useEffect, useState } from 'react'
import { createKept } from '../lib/kept.ts'
import { bufferedShares, readTime, writeTime } from './place-in-time.ts'

export const SPEEDS = [0.25, 0.5, 1, 1.25, 1.5, 2] as const
const silence = createKept('trove.viewer.muted', ['no', 'yes'], 'no')

export type PlayerState = {
  isPlaying: boolean
  isWaiting: boolean
  /** Seconds. */
  time: number
  duration: number
  buffered: { from: number; to: number }[]
  /** 0 to 1. */
  volume: number
  isMuted: boolean
  speed: number
  /** This browser cannot play it. */
  isRefused: boolean
}

const BEFORE: PlayerState = {
  isPlaying: false,
  isWaiting: false,
  time: 0,
  duration: 0,
  buffered: [],
  volume: 1,
  isMuted: false,
  speed: 1,
  isRefused: false,
}

/** What the server measured: some files do not tell the browser, and some browsers do not see the picture. */
type Measured = { durationMs?: number | undefined; widthPixels?: number | undefined }

/** The state of a media element, as the controls draw it. */
export function usePlayer(media: HTMLMediaElement | null, { durationMs, widthPixels }: Measured): PlayerState {
  const [state, setState] = useState(BEFORE)
  useEffect(() => {
    if (media === null) return
    let frame = 0
    let isWaiting = false
    const read = () => setState(stateOf(media, isWaiting, { durationMs, widthPixels }))
    const run = () => {
      read()
      if (!media.paused) frame = requestAnimationFrame(run)
    }
    const listeners: [string, () => void][] = [
      ['play', () => void (frame = requestAnimationFrame(run))],
      ['pause', () => (writeTime(media.currentTime), read())],
      ['seeked', () => (media.paused && writeTime(media.currentTime), read())],
      ['waiting', () => ((isWaiting = true), read())],
      ['playing', () => ((isWaiting = false), read())],
      ['canplay', () => ((isWaiting = false), read())],
      ['volumechange', () => (silence.set(media.muted ? 'yes' : 'no'), read())],
      ...['loadedmetadata', 'durationchange', 'timeupdate', 'seeking', 'progress', 'ratechange', 'ended', 'error'].map(
        (name): [string, () => void] => [name, read],
      ),
    ]
    for (const [name, listener] of listeners) media.addEventListener(name, listener)
    const leave = () => writeTime(media.currentTime)
    addEventListener('pagehide', leave)
    media.muted = silence.get() === 'yes'
    const from = readTime(location.hash)
    if (from > 0) media.currentTime = from
    read()
    return () => {
      cancelAnimationFrame(frame)
      for (const [name, listener] of listeners) media.removeEventListener(name, listener)
      removeEventListener('pagehide', leave)
      writeTime(0)
    }
  }, [media, durationMs, widthPixels])
  return state
}

function stateOf(media: HTMLMediaElement, isWaiting: boolean, { durationMs, widthPixels }: Measured): PlayerState {
  const duration = Number.isFinite(media.duration) && media.duration > 0 ? media.duration : (durationMs ?? 0) / 1000
  // A picture that cannot be decoded beside sound that can leaves a video of no size.
  const isBlind =
    widthPixels !== undefined && media instanceof HTMLVideoElement && media.readyState >= 1 && media.videoWidth === 0
  return {
    isPlaying: !media.paused && !media.ended,
    isWaiting: isWaiting && !media.paused,
    time: media.currentTime,
    duration,
    buffered: bufferedShares(media.buffered, duration),
    volume: media.volume,
    isMuted: media.muted || media.volume === 0,
    speed: media.playbackRate,
    isRefused: isBlind || (media.error !== null && media.error.code !== MediaError.MEDIA_ERR_NETWORK),
  }
}

/** Starts or stops; a browser that will not start by itself is no fault. */
export function togglePlaying(media: HTMLMediaElement): void {
  if (media.paused) void media.play().catch(() => undefined)
  else media.pause()
}

export function seekBy(media: HTMLMediaElement, seconds: number): void {
  const end = Number.isFinite(media.duration) ? media.duration : Infinity
  media.currentTime = Math.min(end, Math.max(0, media.currentTime + seconds))
}

export function nextSpeed(speed: number): number {
  const at = SPEEDS.findIndex((one) => one === speed)
  return SPEEDS[(at + 1) % SPEEDS.length] ?? 1
}
