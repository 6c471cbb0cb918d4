// npm run bench: what Trove costs, each line beside its limit, measured in the same run: trust the ratios, not the figures.
// Words choose: `npm run bench -- lists start`.
import { startThrowaway } from '../scripts/throwaway-postgres.ts'
import { benchAccess } from './access.ts'
import { benchAppearing } from './appearing.ts'
import { benchAudit } from './audit.ts'
import { benchFinding } from './finding.ts'
import { benchFrames } from './frames.ts'
import { benchKnown } from './known.ts'
import { benchLists } from './lists.ts'
import { benchLive } from './live.ts'
import { benchMedia } from './media.ts'
import { benchS3 } from './s3.ts'
import { benchStart } from './start.ts'
import { benchTimeline } from './timeline.ts'
import { benchUploads, type Line } from './uploads.ts'
import { benchVerify } from './verify.ts'
import { benchVideo } from './video.ts'

const benches: Record<string, () => Promise<Line[]>> = {
  start: benchStart,
  uploads: benchUploads,
  s3: benchS3,
  known: benchKnown,
  lists: benchLists,
  live: benchLive,
  audit: benchAudit,
  access: benchAccess,
  finding: benchFinding,
  media: benchMedia,
  video: benchVideo,
  appearing: benchAppearing,
  frames: benchFrames,
  verify: benchVerify,
  timeline: benchTimeline,
}

const words = process.argv.slice(2)
const unknown = words.filter((word) => !Object.hasOwn(benches, word))
if (unknown.length > 0) {
  console.error(`There is no ${unknown.join(', ')}; there are ${Object.keys(benches).join(', ')}.`)
  process.exit(2)
}

const given = process.env['TEST_DATABASE_URL']
const server = given ? undefined : await startThrowaway()
process.env['TEST_DATABASE_URL'] = given ?? server?.url ?? ''
try {
  for (const [name, bench] of Object.entries(benches)) {
    if (words.length > 0 && !words.includes(name)) continue
    console.log(name)
    for (const { name: what, value, limit, ratio, unit } of await bench())
      console.log(`  ${ratio.toFixed(2).padStart(6)} ×  ${round(value)} against ${round(limit)} ${unit}: ${what}`)
  }
} finally {
  await server?.stop()
}
process.exit()

function round(value: number): string {
  return value.toLocaleString('en', { maximumSignificantDigits: 3 })
}
