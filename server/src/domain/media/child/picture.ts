import {
  AV_FRAME_DATA_DISPLAYMATRIX,
  AV_PKT_DATA_DISPLAYMATRIX,
  AVCOL_SPC_UNSPECIFIED,
  AVCOL_TRC_ARIB_STD_B67,
  AVCOL_TRC_SMPTE2084,
  type AVColorTransferCharacteristic,
  type Frame,
  type Stream,
} from 'node-av'
import { pictureGraph } from './graph.ts'
import { Undecodable } from './undecodable.ts'
import type { Pixels } from './variants.ts'

export type Shape = {
  /** As shown: pixel aspect and rotation applied. */
  widthPixels: number
  heightPixels: number
  turn: Turn
}
/** Clockwise, after which it may be mirrored left to right. */
export type Turn = { degrees: 0 | 90 | 180 | 270; isMirrored: boolean }

export function shapeOf(stream: Stream, frame: Frame): Shape {
  const turn = turnOf(frame.getSideData(AV_FRAME_DATA_DISPLAYMATRIX) ?? matrixOf(stream))
  const aspect =
    [frame.sampleAspectRatio, stream.sampleAspectRatio]
      .map(({ num, den }) => num / den)
      .find((ratio) => ratio > 0.05 && ratio < 20) ?? 1
  const [width, height] =
    aspect >= 1 ? [Math.round(frame.width * aspect), frame.height] : [frame.width, Math.round(frame.height / aspect)]
  const isAcross = turn.degrees % 180 === 90
  return { widthPixels: isAcross ? height : width, heightPixels: isAcross ? width : height, turn }
}

export const matrixOf = (stream: Stream): Buffer | null => stream.codecpar.getCodedSideData(AV_PKT_DATA_DISPLAYMATRIX)

/** A display matrix (ISO/IEC 14496-12 §8.3.2): a turn by quarters, and whether the picture is mirrored. */
export function turnOf(matrix: Buffer | null): Turn {
  if (matrix === null || matrix.length < 36) return { degrees: 0, isMirrored: false }
  const [a, b, c, d] = [0, 4, 12, 16].map((at) => matrix.readInt32LE(at) / 65_536) as [number, number, number, number]
  const isMirrored = a * d - b * c < 0
  const angle = (Math.atan2(b, isMirrored ? -a : a) * 180) / Math.PI
  const quarters = ((Math.round(angle / 90) % 4) + 4) % 4
  return { degrees: (quarters * 90) as Turn['degrees'], isMirrored }
}

export const isHdr = (transfer: AVColorTransferCharacteristic): boolean =>
  transfer === AVCOL_TRC_SMPTE2084 || transfer === AVCOL_TRC_ARIB_STD_B67

/** Brightness of diffuse white in HDR, in nits (ITU-R BT.2408): it becomes the white of an ordinary screen. */
const WHITE_NITS = 203

/**
 * Filters that make a frame what an ordinary screen shows: of this size, upright, square pixels, BT.709, light beyond
 * white brought within.
 *
 * @param size  as shown
 */
export function screenChain(
  frame: Frame,
  { widthPixels, heightPixels, turn }: Shape,
  format: 'yuv420p' | 'rgb24',
): string {
  const [width, height] = turn.degrees % 180 === 90 ? [heightPixels, widthPixels] : [widthPixels, heightPixels]
  const spread = isHdr(frame.colorTrc)
    ? `scale=${width}:${height}:flags=area,${toneMapped(frame.colorTrc, format)},format=${format}`
    : `scale=${width}:${height}:flags=${format === 'rgb24' ? 'area' : 'bicubic'}:${matrices(frame, format)},format=${format}`
  return [spread, 'setsar=1', ...turned(turn)].join()
}

function toneMapped(transfer: AVColorTransferCharacteristic, format: 'yuv420p' | 'rgb24'): string {
  const name = transfer === AVCOL_TRC_SMPTE2084 ? 'smpte2084' : 'arib-std-b67'
  return [
    // A side of an odd length cannot have half as many samples of colour.
    format === 'rgb24' ? 'format=yuv444p10le' : 'format=yuv420p10le',
    `zscale=tin=${name}:pin=bt2020:min=2020_ncl:t=linear:p=bt709:npl=${WHITE_NITS}`,
    'format=gbrpf32le',
    'tonemap=mobius:param=0.6:desat=0:peak=5',
    ...(format === 'rgb24' ? ['zscale=t=bt709:r=pc', 'format=gbrp'] : ['zscale=t=bt709:m=bt709:p=bt709:r=tv']),
  ].join()
}

/** Where a file does not say how its colours were turned into numbers, large ones are taken for HD. */
function matrices(frame: Frame, format: 'yuv420p' | 'rgb24'): string {
  const from = frame.colorSpace === AVCOL_SPC_UNSPECIFIED ? (frame.height >= 720 ? 'bt709' : 'bt601') : 'auto'
  return format === 'rgb24' ? `in_color_matrix=${from}` : `in_color_matrix=${from}:out_color_matrix=bt709:out_range=tv`
}

const turned = ({ degrees, isMirrored }: Turn): string[] => [
  ...{ 0: [], 90: ['transpose=clock'], 180: ['hflip', 'vflip'], 270: ['transpose=cclock'] }[degrees],
  ...(isMirrored ? ['hflip'] : []),
]

/** Of the same shape, no side longer than `longest`, never larger than it is. */
export function within(shape: Shape, longest: number): Shape {
  const scale = Math.min(1, longest / Math.max(shape.widthPixels, shape.heightPixels))
  const scaled = (pixels: number) => Math.max(1, Math.round(pixels * scale))
  return { ...shape, widthPixels: scaled(shape.widthPixels), heightPixels: scaled(shape.heightPixels) }
}

/** A picture of the frame as it is shown. @param shape  its size decides the picture's */
export async function toPixels(frame: Frame, shape: Shape): Promise<Pixels> {
  const { widthPixels: width, heightPixels: height } = shape
  const graph = await pictureGraph(frame, { num: 1, den: 1000 }, screenChain(frame, shape, 'rgb24'))
  try {
    let bytes: Buffer | undefined
    await graph.pass(frame, async (out) => {
      bytes = out.toBuffer()
    })
    if (bytes === undefined) throw new Undecodable('Its frames cannot be converted.')
    return { bytes, raw: { width, height, channels: 3 } }
  } finally {
    graph.free()
  }
}
