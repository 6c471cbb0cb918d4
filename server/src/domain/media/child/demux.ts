import {
  AV_DISPOSITION_ATTACHED_PIC,
  AV_LOG_QUIET,
  AVMEDIA_TYPE_AUDIO,
  AVMEDIA_TYPE_VIDEO,
  Dictionary,
  FormatContext,
  Log,
  type Stream,
} from 'node-av'
import { Undecodable } from './undecodable.ts'

Log.setLevel(AV_LOG_QUIET)

/**
 * Containers that are taken apart: recordings and single pictures. None that names other files, as playlists and
 * concatenations do.
 */
const FORMATS = [
  'mov',
  'mp4',
  'm4a',
  '3gp',
  '3g2',
  'mj2',
  'matroska',
  'webm',
  'avi',
  'asf',
  'flv',
  'ogg',
  'mxf',
  'mpeg',
  'mpegts',
  'mpegvideo',
  'm4v',
  'mp3',
  'aac',
  'flac',
  'wav',
  'w64',
  'aiff',
  'amr',
  'amrnb',
  'amrwb',
  'ac3',
  'ape',
  'wv',
  'caf',
  'au',
  'h264',
  'hevc',
  'bmp_pipe',
  'ico',
  'j2k_pipe',
  'jpegxl_pipe',
  'jpegxl_anim',
  'exr_pipe',
  'hdr_pipe',
]

/** A file that says it has thousands of streams is asked for no more than these. */
const MOST_STREAMS = 64

export type Opened = {
  format: FormatContext
  /** The moving picture: attached covers do not count. */
  video: Stream | undefined
  audio: Stream | undefined
  /** Every track of sound, the first of which is played. */
  audios: Stream[]
  cover: Stream | undefined
  tags: Record<string, string>
}

/**
 * Opens a recording. The file itself is all that FFmpeg may read: no protocol but `file`, no other demuxer.
 *
 * @throws Undecodable
 */
export async function openRecording(path: string): Promise<Opened> {
  const format = new FormatContext()
  format.allocContext()
  format.maxStreams = MOST_STREAMS
  const options = Dictionary.fromObject({
    protocol_whitelist: 'file',
    format_whitelist: FORMATS.join(','),
    // Said by default; a MOV names other files in its data references, and none of them is opened.
    enable_drefs: '0',
    use_absolute_path: '0',
  })
  if ((await format.openInput(path, null, options)) < 0)
    throw new Undecodable('The recording cannot be opened: it is damaged or incomplete.')
  if ((await format.findStreamInfo(null)) < 0)
    throw new Undecodable('The recording cannot be read: it is damaged or incomplete.')
  const streams = format.streams
  const isCover = (stream: Stream) => stream.hasDisposition(AV_DISPOSITION_ATTACHED_PIC)
  const audios = streams.filter((stream) => stream.codecpar.codecType === AVMEDIA_TYPE_AUDIO)
  const moving = streams.filter((stream) => stream.codecpar.codecType === AVMEDIA_TYPE_VIDEO && !isCover(stream))
  return {
    format,
    video: moving.toSorted((a, b) => areaOf(b) - areaOf(a))[0],
    audio: audios[0],
    audios,
    cover: streams.find((stream) => stream.codecpar.codecType === AVMEDIA_TYPE_VIDEO && isCover(stream)),
    tags: format.metadata?.getAll() ?? {},
  }
}

const areaOf = ({ codecpar }: Stream): number => codecpar.width * codecpar.height
