import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { setPriority, tmpdir } from 'node:os'
import { join } from 'node:path'
import { hasFfmpeg } from '../scripts/ffmpeg.mjs'
import { createRenderer } from '../server/src/domain/media/index.ts'
import { clip } from '../server/test/media/recordings.ts'
import type { Log } from '../server/src/platform/platform.ts'
import type { Measured } from './media.ts'

/** Full HD, as an edit hands it out. */
const CLIP = { widthPixels: 1920, heightPixels: 1080, frames: 60, frameRate: { num: 30_000, den: 1001 } }
const ROUNDS = 2
/** What a media child has unless it is configured. */
const MEMORY_BYTES = 512 * 1024 ** 2
const log: Log = { debug: () => {}, info: () => {}, warn: console.warn, error: console.error }
const CHILD_NICENESS = 10
const never = new AbortController().signal

/**
 * Poster and proxy of a ProRes clip of Full HD in a media child, walls and all, against FFmpeg's own program making the
 * same of the same file: a poster of the same size, and H.264 with the same preset, quality, keyframes and threads. The
 * ratio should be 0.8 or more; the program has no index of frames, no facts and no sandbox to pay for.
 */
export async function benchVideo(): Promise<Measured[]> {
  if (!hasFfmpeg()) throw new Error('there is no ffmpeg to compare with: apt-get install ffmpeg')
  const folder = await mkdtemp(join(tmpdir(), 'trove-bench-video-'))
  const path = join(folder, 'clip.mov')
  await writeFile(path, await clip('prores', CLIP))
  const { size: sizeBytes } = await stat(path)
  const renderer = createRenderer({
    settings: {
      workerConcurrency: 1,
      mediaTimeoutMs: 120_000,
      mediaMemoryBytes: MEMORY_BYTES,
      temporaryFolder: folder,
    },
    log,
  })
  const request = { path, sizeBytes, mediaType: 'video/quicktime' }
  try {
    const poster = async () => {
      const rendering = await renderer.render(request, never, { of: 'bench' })
      if (!rendering.ok) throw new Error(rendering.failure)
    }
    const proxy = async () => {
      const outputFolder = join(folder, String(performance.now()))
      await mkdir(outputFolder)
      const making = await renderer.make({ ...request, make: 'proxy', outputFolder }, never, {
        of: 'bench',
        timeoutMs: 600_000,
      })
      if (!making.ok) throw new Error(making.failure)
    }
    await poster()
    const at = String(CLIP.frames / 30 / 10)
    const still = ['-ss', at, '-i', path, '-frames:v', '1', '-vf', 'scale=1200:-2', join(folder, 'poster.webp')]
    const coding = ['-c:v', 'libx264', '-preset', 'veryfast', '-crf', '21', '-bf', '0', '-g', '30', '-threads', '2']
    const whole = [
      '-i',
      path,
      ...coding,
      '-pix_fmt',
      'yuv420p',
      '-c:a',
      'aac',
      '-b:a',
      '160k',
      join(folder, 'proxy.mp4'),
    ]
    return [
      await compared('poster of a Full HD clip', 'posters/s', 1, poster, still),
      await compared('proxy of a Full HD clip', 'frames/s', CLIP.frames, proxy, whole),
    ]
  } finally {
    renderer.close()
    await rm(folder, { recursive: true })
  }
}

/** In turns, so that what else the machine does hits both; the best of each counts. */
async function compared(name: string, unit: string, count: number, ours: () => Promise<unknown>, theirs: string[]) {
  let [value, limit] = [0, 0]
  for (let round = 0; round < ROUNDS; round++) {
    value = Math.max(value, count / (await seconds(ours)))
    limit = Math.max(limit, count / (await seconds(() => ffmpeg(theirs))))
  }
  return { name, value, limit, ratio: value / limit, unit }
}

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now()
  await work()
  return (performance.now() - began) / 1000
}

/** As nice to others as a media child. */
function ffmpeg(args: string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = execFile('ffmpeg', ['-v', 'error', '-y', ...args], (error) =>
      error === null ? resolve() : reject(error),
    )
    setPriority(child.pid ?? 0, CHILD_NICENESS)
  })
}

if (import.meta.main)
  for (const { name, value, limit, ratio, unit } of await benchVideo())
    console.log(`${name}: ${value.toFixed(2)} ${unit}, FFmpeg's program ${limit.toFixed(2)}, ratio ${ratio.toFixed(2)}`)
