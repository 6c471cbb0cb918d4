// Where FFmpeg's own programs are, and on Debian and its kin how they get there. Needs nothing but Node. Trove itself
// needs none of them: tests hold what it says of videos against what they say.
import { spawnSync } from 'node:child_process'
import { aptInstall } from './apt.mjs'

/** Whether `ffmpeg` and `ffprobe` are there and start. */
export function hasFfmpeg() {
  return ['ffmpeg', 'ffprobe'].every((name) => spawnSync(name, ['-version'], { stdio: 'ignore' }).status === 0)
}

/** Installs them where this user may; says so where not. With CI=true their absence is an error. */
export function ensureFfmpeg() {
  if (hasFfmpeg()) return
  if (aptInstall('ffmpeg', 'Installing FFmpeg for the tests of videos (once)…') && hasFfmpeg()) return
  const words = 'There is no ffmpeg, and this user cannot install it: apt-get install ffmpeg.'
  if (process.env.CI === 'true') throw new Error(words)
  console.log(`${words} The comparison of videos with FFmpeg's own programs is skipped.`)
}
