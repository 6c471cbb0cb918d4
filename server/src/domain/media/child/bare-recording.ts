import {
  AV_DISPOSITION_ATTACHED_PIC,
  AVFMT_FLAG_BITEXACT,
  AVMEDIA_TYPE_AUDIO,
  AVMEDIA_TYPE_VIDEO,
  Dictionary,
  FormatContext,
  Packet,
  type Stream,
} from 'node-av'
import { muxers } from '../bare/rules.ts'
import type { BareRequest } from '../rendering.ts'
import { openRecording } from './demux.ts'
import { Undecodable } from './undecodable.ts'

const DAMAGED = 'The recording cannot be written anew without its metadata: it is damaged or unusual.'

/**
 * Puts the pictures and sounds of a recording into a container without a word about them. Tracks of data, such as
 * where a camera was, chapters, covers and attachments are left out; how the picture is turned is kept.
 *
 * @throws Undecodable
 */
export async function writeBareRecording({ path, mediaType, outputPath }: BareRequest): Promise<void> {
  const muxer = muxers[mediaType]
  if (muxer === undefined) throw new Undecodable(DAMAGED)
  const { format: input } = await openRecording(path)
  const output = new FormatContext()
  try {
    require(output.allocOutputContext2(null, muxer.name, outputPath))
    output.setFlags(AVFMT_FLAG_BITEXACT)
    const places = addStreams(input, output)
    if (places.size === 0) throw new Undecodable('The recording holds neither picture nor sound.')
    require(await output.openOutput())
    require(await output.writeHeader(Dictionary.fromObject(muxer.options ?? {})))
    await copyPackets(input, output, places)
    require(await output.writeTrailer())
  } finally {
    await input.closeInput()
    await output.closeOutput()
    output.freeContext()
  }
}

/** Which stream of the output each stream of the input becomes, by index. */
function addStreams(input: FormatContext, output: FormatContext): Map<number, { from: Stream; to: Stream }> {
  const places = new Map<number, { from: Stream; to: Stream }>()
  for (const from of input.streams) {
    const { codecType } = from.codecpar
    const isShown = codecType === AVMEDIA_TYPE_VIDEO && !from.hasDisposition(AV_DISPOSITION_ATTACHED_PIC)
    if (!isShown && codecType !== AVMEDIA_TYPE_AUDIO) continue
    const to = output.newStream()
    require(from.codecpar.copy(to.codecpar))
    to.timeBase = from.timeBase
    to.sampleAspectRatio = from.sampleAspectRatio
    to.avgFrameRate = from.avgFrameRate
    places.set(from.index, { from, to })
  }
  return places
}

async function copyPackets(
  input: FormatContext,
  output: FormatContext,
  places: Map<number, { from: Stream; to: Stream }>,
): Promise<void> {
  const packet = new Packet()
  packet.alloc()
  try {
    while ((await input.readFrame(packet)) >= 0) {
      const place = places.get(packet.streamIndex)
      if (place !== undefined) {
        packet.rescaleTs(place.from.timeBase, place.to.timeBase)
        packet.streamIndex = place.to.index
        packet.pos = -1n
        require(await output.interleavedWriteFrame(packet))
      }
      packet.unref()
    }
  } finally {
    packet.free()
  }
}

function require(outcome: number): void {
  if (outcome < 0) throw new Undecodable(DAMAGED)
}
