import { Type, type Static } from 'typebox'

/** Degrees, WGS 84; north and east are positive. */
export const Place = Type.Object({
  latitude: Type.Number({ minimum: -90, maximum: 90 }),
  longitude: Type.Number({ minimum: -180, maximum: 180 }),
  altitude: Type.Optional(Type.Number({ description: 'Metres above the sea.' })),
})
export type Place = Static<typeof Place>

/** A track of sound in a recording. */
export const AudioTrack = Type.Object({
  codec: Type.Optional(Type.String()),
  channels: Type.Integer({ minimum: 0 }),
  sampleRate: Type.Optional(Type.Integer()),
  language: Type.Optional(Type.String({ description: 'As the file names it: three letters of ISO 639-2.' })),
})
export type AudioTrack = Static<typeof AudioTrack>

/** Facts read from the media itself. Every member may be missing. */
export const MediaFacts = Type.Object({
  takenAt: Type.Optional(Type.String({ description: 'As the camera wrote it, without a zone: 2026-05-04T12:30:00.' })),
  offsetMinutes: Type.Optional(
    Type.Integer({
      minimum: -1080,
      maximum: 1080,
      description: 'How far the clock that wrote `takenAt` was from UTC.',
    }),
  ),
  place: Type.Optional(Place),
  cameraMake: Type.Optional(Type.String()),
  cameraModel: Type.Optional(Type.String()),
  lens: Type.Optional(Type.String()),
  exposureSeconds: Type.Optional(Type.Number()),
  aperture: Type.Optional(Type.Number()),
  iso: Type.Optional(Type.Integer()),
  focalLengthMm: Type.Optional(Type.Number()),
  isAnimated: Type.Optional(Type.Boolean()),
  container: Type.Optional(Type.String()),
  videoCodec: Type.Optional(Type.String()),
  audioCodec: Type.Optional(Type.String()),
  audioTracks: Type.Optional(Type.Array(AudioTrack)),
  frameRate: Type.Optional(
    Type.Object({ num: Type.Integer(), den: Type.Integer() }, { description: 'Exact: 29.97 is 30000/1001.' }),
  ),
  frameCount: Type.Optional(Type.Integer({ minimum: 0, description: 'Of those that are shown.' })),
  isVariableRate: Type.Optional(Type.Boolean({ description: 'Frames last unequally; `frameRate` is their mean.' })),
  rotation: Type.Optional(Type.Integer({ description: 'Degrees clockwise that a player turns the picture.' })),
  pixelFormat: Type.Optional(Type.String({ description: 'As FFmpeg names it.' })),
  colourTransfer: Type.Optional(Type.String()),
  colourPrimaries: Type.Optional(Type.String()),
  isHdr: Type.Optional(Type.Boolean({ description: 'Brighter than a screen of today shows: PQ or HLG.' })),
  timecode: Type.Optional(
    Type.String({ description: 'Of the first frame; `;` before the frames where some are dropped.' }),
  ),
  playsEverywhere: Type.Optional(
    Type.Boolean({ description: 'Every browser of today plays it as it is; of what they do not, a `proxy` is made.' }),
  ),
  title: Type.Optional(Type.String()),
  artist: Type.Optional(Type.String()),
  album: Type.Optional(Type.String()),
  track: Type.Optional(Type.Integer({ minimum: 0 })),
  year: Type.Optional(Type.Integer()),
  genre: Type.Optional(Type.String()),
  description: Type.Optional(Type.String({ description: 'What stands in the file itself.' })),
  keywords: Type.Optional(Type.Array(Type.String())),
  creator: Type.Optional(Type.String()),
  copyright: Type.Optional(Type.String()),
  rating: Type.Optional(Type.Integer({ minimum: -1, maximum: 5, description: 'Stars; -1 is rejected.' })),
  dpi: Type.Optional(Type.Number({ description: 'Pixels per inch at which it is meant to be printed.' })),
  colourProfile: Type.Optional(Type.String({ description: 'By its own name.' })),
  bitDepth: Type.Optional(Type.Integer({ minimum: 1, description: 'Bits of each colour.' })),
  layers: Type.Optional(Type.Integer({ minimum: 0 })),
  hasDepth: Type.Optional(Type.Boolean({ description: 'It holds a map of how far everything is.' })),
  hasGainMap: Type.Optional(Type.Boolean({ description: 'It holds what makes it brighter on a screen that can.' })),
})
export type MediaFacts = Static<typeof MediaFacts>
