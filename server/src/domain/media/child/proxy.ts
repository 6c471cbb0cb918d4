import { join } from 'node:path'
import { AVFMT_FLAG_BITEXACT, Dictionary, FormatContext, Packet, type Stream } from 'node-av'
import type { MakeRequest } from '../rendering.ts'
import { openRecording, type Opened } from './demux.ts'
import type { Made } from './made.ts'
import { scanPackets } from './packets.ts'
import { readFragments } from './fragments.ts'
import { planProxy, type Plan } from './proxy-plan.ts'
import { copyTrack, fittedShape, must, pictureTrack, soundTrack, type Output, type Track } from './proxy-tracks.ts'
import { durationOf } from './recordings.ts'

const FRAGMENT_US = 4_000_000
const TELL_EVERY = 32

/**
 * A recording that every browser plays, with the same frames at the same times: H.264 and AAC in fragments of one MP4,
 * with an index in front. None is made where the original serves as well: then `facts` say `isNeeded: false`.
 *
 * @throws Undecodable
 */
export async function makeProxy(request: MakeRequest, report: (share: number) => void): Promise<Made> {
  const { path, mediaType, sizeBytes, outputFolder } = request
  const opened = await openRecording(path)
  try {
    const { video } = opened
    if (video === undefined) return { variants: [], facts: { isNeeded: false } }
    const durationMs = ((await durationOf(opened)) ?? 0) / 1000
    const scanned = await scanPackets(opened.format, video)
    const plan = planProxy(opened, video, { mediaType, sizeBytes, durationMs, scanned })
    if (plan === undefined) return { variants: [], facts: { isNeeded: false } }
    const proxyPath = join(outputFolder, 'proxy.mp4')
    await write({ opened, video, plan, proxyPath, total: scanned.frames + scanned.hidden }, report)
    const stream = await readFragments(proxyPath)
    const shape = plan.picture === 'copy' ? copiedShape(video) : fittedShape(video)
    return {
      variants: [
        {
          name: 'proxy',
          mediaType: 'video/mp4',
          path: proxyPath,
          widthPixels: shape.widthPixels,
          heightPixels: shape.heightPixels,
          facts: { stream, frames: scanned.frames, picture: plan.picture },
        },
      ],
      facts: { isNeeded: true },
    }
  } finally {
    await opened.format.closeInput()
  }
}

const copiedShape = ({ codecpar }: Stream) => ({ widthPixels: codecpar.width, heightPixels: codecpar.height })

type Writing = { opened: Opened; video: Stream; plan: Plan; proxyPath: string; total: number }

async function write(writing: Writing, report: (share: number) => void): Promise<void> {
  const format = new FormatContext()
  const tracks: Track[] = []
  try {
    must(format.allocOutputContext2(null, 'mp4', writing.proxyPath))
    format.setFlags(AVFMT_FLAG_BITEXACT)
    const output: Output = { format, write: async (packet) => must(await format.interleavedWriteFrame(packet)) }
    await openTracks(tracks, output, writing)
    must(await format.openOutput())
    const options = {
      movflags: '+frag_keyframe+empty_moov+default_base_moof+delay_moov+global_sidx',
      min_frag_duration: String(FRAGMENT_US),
      use_editlist: '1',
      write_tmcd: '0',
      map_metadata: '-1',
    }
    must(await format.writeHeader(Dictionary.fromObject(options)))
    await pump(writing, tracks, report)
    must(await format.writeTrailer())
  } finally {
    for (const track of tracks) track.free()
    await format.closeOutput()
    format.freeContext()
  }
}

async function openTracks(tracks: Track[], output: Output, { opened, video, plan }: Writing): Promise<void> {
  const { audio } = opened
  tracks.push(plan.picture === 'copy' ? copyTrack(output, video) : await pictureTrack(output, video, plan.begin))
  if (audio === undefined || plan.sound === 'none') return
  tracks.push(plan.sound === 'copy' ? copyTrack(output, audio) : await soundTrack(output, audio, plan.begin))
}

/** Every packet of the original goes to its track. */
async function pump(
  { opened: { format }, video, total }: Writing,
  tracks: readonly Track[],
  report: (share: number) => void,
): Promise<void> {
  const packet = new Packet()
  packet.alloc()
  let pictures = 0
  try {
    while ((await format.readFrame(packet)) >= 0) {
      const isPicture = packet.streamIndex === video.index
      const track = tracks.find(({ index }) => index === packet.streamIndex)
      await track?.feed(packet)
      packet.unref()
      if (isPicture && ++pictures % TELL_EVERY === 0) report(total > 0 ? Math.min(1, pictures / total) : 0)
    }
    for (const track of tracks) await track.feed(null)
  } finally {
    packet.free()
  }
}
