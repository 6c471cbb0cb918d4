import { AV_PIX_FMT_YUV420P } from 'node-av'
import { hex, mix, scaled, smoothstep, type Colour } from './draw/canvas.ts'
import { noiseFrom } from './draw/noise.ts'
import { encode, type DrawFrame, type Recording, type Sound } from './encode.ts'
import { landscape } from './photos/landscape.ts'
import { views } from './photos/views.ts'
import { between, pick, randomFrom } from './random.ts'

/** Clips and recordings of the demonstration. Only a process of its own imports this: see `encode.ts`. */

const WIDTH = 960
const HEIGHT = 540
const COARSE = 6
const RATE = { num: 24, den: 1 }

export type Clip = { name: string; record: (path: string) => Promise<void> }

export const clips: readonly Clip[] = [
  { name: 'Harbour lights.mp4', record: (path) => filmed(path, 10, harbourLights(), bed(10, 110)) },
  { name: 'Ink in water.mp4', record: (path) => filmed(path, 10, inkInWater()) },
  { name: 'Northlight ident.mp4', record: (path) => filmed(path, 8, ident(8), chime) },
  { name: 'Lake Orrin, one day.mp4', record: (path) => filmed(path, 14, oneDay(14), bed(14, 82)) },
  { name: 'Theme, harmonium.m4a', record: (path) => recorded(path, 'ipod', 'aac', 40, bed(40, 82)) },
  { name: 'Wind on the col.mp3', record: (path) => recorded(path, 'mp3', 'libmp3lame', 24, wind) },
]

function filmed(path: string, seconds: number, draw: DrawFrame, sound?: Sound): Promise<void> {
  const recording: Recording = {
    path,
    container: 'mp4',
    containerOptions: { movflags: '+faststart' },
    video: {
      encoder: 'libx264',
      widthPixels: WIDTH,
      heightPixels: HEIGHT,
      pixelFormat: AV_PIX_FMT_YUV420P,
      frameRate: RATE,
      frames: seconds * RATE.num,
      draw,
      options: { preset: 'veryfast', crf: 23 },
    },
  }
  const audio = {
    encoder: 'aac',
    sampleRate: 48_000,
    channels: 2,
    durationMs: seconds * 1000,
    bitRate: 128_000,
  } as const
  return encode(sound === undefined ? recording : { ...recording, audio: { ...audio, sound } })
}

function recorded(path: string, container: string, encoder: string, seconds: number, sound: Sound): Promise<void> {
  const metadata = { title: path.replace(/^.*[/\\]/, '').replace(/\.\w+$/, ''), artist: 'Northlight Studio' }
  return encode({
    path,
    container,
    metadata,
    audio: { encoder, sampleRate: 44_100, channels: 2, durationMs: seconds * 1000, bitRate: 128_000, sound },
  })
}

/** The seven hours of the lake, one dissolving into the next; the camera does not move. */
function oneDay(seconds: number): DrawFrame {
  const moods = ['dawn', 'morning', 'noon', 'golden', 'dusk', 'blue', 'night'] as const
  const stills = moods.map((mood) => landscape({ ...views.orrin, mood }, WIDTH, HEIGHT))
  const frames = seconds * RATE.num
  return (index, rgba) => {
    const at = (index / frames) * (moods.length - 1)
    const first = Math.min(moods.length - 2, Math.floor(at))
    const share = smoothstep(0.2, 0.8, at - first)
    const [a, b] = [stills[first] as Buffer, stills[first + 1] as Buffer]
    for (let from = 0, to = 0; from < a.length; from += 3, to += 4) {
      for (let i = 0; i < 3; i++) rgba[to + i] = (a[from + i] as number) * (1 - share) + (b[from + i] as number) * share
      rgba[to + 3] = 255
    }
  }
}

/** Lights out of focus that swing at their moorings. */
function harbourLights(): DrawFrame {
  const random = randomFrom('harbour lights')
  const colours = [hex('#ffb050'), hex('#ff7040'), hex('#70a8ff'), hex('#ffe4b0'), hex('#50d0c0')]
  const spots = Array.from({ length: 46 }, () => ({
    x: between(random, 0, WIDTH),
    y: between(random, HEIGHT * 0.12, HEIGHT * 0.8),
    radius: between(random, 9, 46),
    swing: between(random, 4, 26),
    pace: between(random, 0.25, 0.8),
    phase: between(random, 0, 6.3),
    colour: pick(random, colours),
    light: between(random, 0.3, 0.95),
  }))
  const light = new Float32Array(WIDTH * HEIGHT * 3)
  return (index, rgba) => {
    const seconds = index / RATE.num
    light.fill(0)
    for (const spot of spots) {
      const x = spot.x + Math.sin(seconds * spot.pace + spot.phase) * spot.swing
      const y = spot.y + Math.sin(seconds * spot.pace * 1.7 + spot.phase) * spot.swing * 0.3
      const pulse = spot.light * (0.85 + 0.15 * Math.sin(seconds * 1.3 + spot.phase * 3))
      addDisc(light, { x, y, radius: spot.radius }, scaled(spot.colour, pulse))
    }
    for (let y = 0, at = 0; y < HEIGHT; y++) {
      const night = mix([0.008, 0.014, 0.05], [0.03, 0.014, 0.024], y / HEIGHT)
      for (let x = 0; x < WIDTH; x++, at++) {
        for (let i = 0; i < 3; i++) rgba[at * 4 + i] = screenByte((light[at * 3 + i] as number) + (night[i] as number))
        rgba[at * 4 + 3] = 255
      }
    }
  }
}

function addDisc(light: Float32Array, at: { x: number; y: number; radius: number }, colour: Colour): void {
  const { x: cx, y: cy, radius } = at
  for (let y = Math.max(0, Math.floor(cy - radius)); y <= Math.min(HEIGHT - 1, cy + radius); y++) {
    for (let x = Math.max(0, Math.floor(cx - radius)); x <= Math.min(WIDTH - 1, cx + radius); x++) {
      const r = Math.hypot(x - cx, y - cy) / radius
      if (r > 1) continue
      const share = smoothstep(1, 0.94, r) * (0.65 + 0.45 * smoothstep(0.7, 0.95, r))
      const first = (y * WIDTH + x) * 3
      for (let i = 0; i < 3; i++) light[first + i] = (light[first + i] as number) + (colour[i] as number) * share
    }
  }
}

/** Noise that bends noise, drifting; drawn at a sixth of the size and stretched, for it has no edges. */
function inkInWater(): DrawFrame {
  const noise = noiseFrom('ink in water')
  const [w, h] = [WIDTH / COARSE, HEIGHT / COARSE]
  const small = new Float32Array((w + 1) * (h + 1) * 3)
  const colours = [hex('#08182c'), hex('#1c6c94'), hex('#e8704c'), hex('#f8ecd8')] as const
  return (index, rgba) => {
    const t = index / RATE.num
    for (let y = 0, at = 0; y <= h; y++) {
      for (let x = 0; x <= w; x++, at += 3) {
        const [px, py] = [(x / h) * 1.7, (y / h) * 1.7]
        const qx = noise.fbm(px + t * 0.05, py, 2)
        const qy = noise.fbm(px + 5.2, py - t * 0.06, 2)
        const rx = noise.fbm(px + 3 * qx + 1.7, py + 3 * qy + t * 0.09, 3)
        const value = noise.fbm(px + 3.4 * rx, py + 3.4 * qy, 3)
        const base = mix(
          mix(colours[0], colours[1], smoothstep(0.25, 0.7, value)),
          colours[2],
          smoothstep(0.45, 0.7, rx) * 0.85,
        )
        const colour = mix(base, colours[3], smoothstep(0.56, 0.8, value) * 0.6)
        small[at] = colour[0]
        small[at + 1] = colour[1]
        small[at + 2] = colour[2]
      }
    }
    stretch(small, w, rgba)
  }
}

function stretch(small: Float32Array, w: number, rgba: Buffer): void {
  for (let y = 0, to = 0; y < HEIGHT; y++) {
    const fy = (y % COARSE) / COARSE
    for (let x = 0; x < WIDTH; x++, to += 4) {
      const fx = (x % COARSE) / COARSE
      const at = (Math.floor(y / COARSE) * (w + 1) + Math.floor(x / COARSE)) * 3
      const below = at + (w + 1) * 3
      for (let i = 0; i < 3; i++) {
        const top = (small[at + i] as number) * (1 - fx) + (small[at + 3 + i] as number) * fx
        const bottom = (small[below + i] as number) * (1 - fx) + (small[below + 3 + i] as number) * fx
        rgba[to + i] = screenByte(top * (1 - fy) + bottom * fy)
      }
      rgba[to + 3] = 255
    }
  }
}

const SIGN = { night: hex('#0c1428'), dark: hex('#101c38'), glow: hex('#34548c'), sun: hex('#ffcf8a') }
const RIDGES = [hex('#5c7cac'), hex('#34507c'), hex('#182848')]
const WHITE: Colour = [0.95, 0.95, 0.95]

/** The studio's sign: a sun that rises behind three ridges inside a ring. */
function ident(seconds: number): DrawFrame {
  const noise = noiseFrom('ident')
  const ridgeAt = (i: number, x: number, t: number) =>
    0.02 + i * 0.085 + (noise.fbm(((x - WIDTH / 2) / HEIGHT) * 6 + i * 9 + t * (0.3 + i * 0.3), i, 3) - 0.5) * 0.2
  return (index, rgba) => {
    const t = index / (seconds * RATE.num)
    const rise = smoothstep(0.08, 0.6, t)
    const ring = smoothstep(0, 0.45, t)
    const fade = smoothstep(0, 0.06, t) * smoothstep(1, 0.92, t)
    const tops = RIDGES.map((_, i) => Float32Array.from({ length: WIDTH }, (__, x) => ridgeAt(i, x, t)))
    // Outside the ring there is only a glow by distance: worked out once for each distance.
    const around = Array.from({ length: 1024 }, (_, i) =>
      scaled(mix(SIGN.night, SIGN.glow, Math.exp((-i / 1024) * 3.4) * rise * 0.5), fade).map(screenByte),
    )
    for (let y = 0, to = 0; y < HEIGHT; y++) {
      const v = (y - HEIGHT / 2) / HEIGHT
      for (let x = 0; x < WIDTH; x++, to += 4) {
        const u = (x - WIDTH / 2) / HEIGHT
        const r = Math.sqrt(u * u + v * v)
        const back = around[Math.min(1023, Math.floor(r * 1024))] as number[]
        const isRing = Math.abs(r - 0.31) < 0.005 && (Math.atan2(u, -v) / 6.2832 + 1) % 1 < ring
        if (isRing) {
          const line = smoothstep(0.005, 0.0025, Math.abs(r - 0.31))
          for (let i = 0; i < 3; i++) rgba[to + i] = screenByte((WHITE[i] as number) * line * fade)
        } else if (r < 0.3) {
          const seen = signAt(u, v, rise, [tops[0]?.[x] ?? 1, tops[1]?.[x] ?? 1, tops[2]?.[x] ?? 1])
          for (let i = 0; i < 3; i++) rgba[to + i] = screenByte((seen[i] as number) * fade)
        } else for (let i = 0; i < 3; i++) rgba[to + i] = back[i] as number
        rgba[to + 3] = 255
      }
    }
  }
}

function signAt(u: number, v: number, rise: number, tops: readonly number[]): Colour {
  for (let i = 2; i >= 0; i--) if (v > (tops[i] as number) + 0.002) return RIDGES[i] as Colour
  const light = rise * Math.exp(-Math.hypot(u, v - 0.22 + rise * 0.26) * 6) * 0.9
  let colour = mix(mix(SIGN.dark, SIGN.glow, rise), SIGN.sun, light)
  colour = mix(colour, SIGN.sun, smoothstep(0.086, 0.082, Math.hypot(u, v - 0.24 + rise * 0.3)))
  tops.forEach((top, i) => (colour = mix(colour, RIDGES[i] as Colour, smoothstep(top - 0.002, top + 0.002, v))))
  return colour
}

const curve = Uint8Array.from({ length: 4097 }, (_, i) => Math.round((i / 4096) ** (2 / 2.2) * 255))

/** By the square root, so that the shadows get their share of the table. */
function screenByte(light: number): number {
  return light <= 0 ? 0 : (curve[Math.min(4096, Math.floor(Math.sqrt(light) * 4096))] as number)
}

/** Three slow chords of reeds, each voice a little out of tune with itself. */
function bed(seconds: number, root: number): Sound {
  const chords = [
    [1, 1.5, 2, 2.5],
    [0.8333, 1.3333, 1.6667, 2.5],
    [0.75, 1.125, 1.875, 2.25],
  ] as const
  const length = seconds / chords.length
  return (t, channel) => {
    let sum = 0
    for (let c = 0; c < chords.length; c++) {
      const away = t - (c + 0.5) * length
      const level = smoothstep(length * 0.72, length * 0.28, Math.abs(away))
      if (level <= 0) continue
      for (const [i, ratio] of (chords[c] ?? []).entries()) {
        const drift = 1 + 0.0016 * Math.sin(t * 0.7 + i * 2 + channel)
        const phase = 6.2832 * root * ratio * drift * t
        const breath = 0.75 + 0.25 * Math.sin(t * 0.9 + i * 1.7 + channel * 0.6)
        sum +=
          level * breath * (Math.sin(phase) + 0.35 * Math.sin(2 * phase + 0.3) + 0.16 * Math.sin(3 * phase)) * 0.085
      }
    }
    return sum * smoothstep(0, 1.5, t) * smoothstep(seconds, seconds - 2.5, t)
  }
}

const chime: Sound = (t, channel) => {
  const notes = [
    [0.5, 523.25],
    [1.1, 659.26],
    [1.7, 783.99],
    [2.6, 1046.5],
  ] as const
  return notes.reduce((sum, [at, pitch], i) => {
    const since = t - at
    if (since < 0) return sum
    const side = channel === i % 2 ? 1 : 0.6
    return (
      sum +
      0.16 *
        side *
        Math.exp(-since * 1.4) *
        (Math.sin(6.2832 * pitch * since) + 0.3 * Math.sin(6.2832 * pitch * 2.01 * since))
    )
  }, 0)
}

const breeze = noiseFrom('wind')
const wind: Sound = (t, channel) => {
  const gust = 0.15 + 0.85 * breeze.fbm(t * 0.35 + channel * 0.2, 2, 3) ** 2
  const air = breeze.fbm(t * 900 + channel * 97, t * 7, 4) - 0.5
  const whistle = Math.sin(6.2832 * (420 + 60 * breeze.at(t * 0.5, 5)) * t) * 0.02 * gust
  return (air * 1.1 * gust + whistle) * smoothstep(0, 2, t) * smoothstep(24, 21, t)
}
