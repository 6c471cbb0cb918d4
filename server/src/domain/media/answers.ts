import { FrameGrid, type VariantName } from '@trove/contract/files'
import { AudioTrack, MediaFacts, Place } from '@trove/contract/media-facts'
import { failureReasons } from '@trove/contract/processing'
import { Type, type TProperties, type TSchema } from 'typebox'
import { Check } from 'typebox/value'
import type { BareRequest, MakeRequest, RenderRequest } from './rendering.ts'

// What the media child answers is what a decoder answers that a hostile file may have taken over: nothing of it is used
// before it is known to be of the one shape that was asked for, and to be something that the database can hold.

const MIB = 1024 ** 2
const LARGEST_BYTES = 256 * MIB
const LARGEST_BLUR = 64 * 1024
const LONGEST_SENTENCE = 500
const LONGEST_NAME = 255
/** Of what people write about a picture, and of how many things of a kind: somewhat more than the child keeps. */
const LONGEST_TEXT = 4_000
const MOST_LISTED = 200
/** No picture of any kind has a longer side: what PostgreSQL counts in four bytes. */
const LARGEST_INTEGER = 2 ** 31 - 1
const MOST_VARIANTS = 32
const MOST_FRAGMENTS = 65_535
const MOST_PASSAGES = 5_000
const LONGEST_PASSAGE = 100_000
const MOST_COLOURS = 64

const closed = (properties: TProperties) => Type.Object(properties, { additionalProperties: false })
const whole = (minimum = 0, maximum = LARGEST_INTEGER) => Type.Integer({ minimum, maximum })
const words = (maxLength: number) => Type.String({ maxLength })
const bytesUpTo = (most: number) =>
  Type.Refine(Type.Unknown(), (value) => value instanceof Uint8Array && value.byteLength <= most)

const Facts = closed({
  ...MediaFacts.properties,
  place: Type.Optional(closed(Place.properties)),
  audioTracks: Type.Optional(Type.Array(closed(AudioTrack.properties), { maxItems: MOST_LISTED })),
  keywords: Type.Optional(Type.Array(words(LONGEST_TEXT), { maxItems: MOST_LISTED })),
  frameRate: Type.Optional(closed({ num: whole(), den: whole(1) })),
  contentId: Type.Optional(words(LONGEST_NAME)),
})
const durationMs = whole(0, Number.MAX_SAFE_INTEGER)

const Failed = closed({
  ok: Type.Literal(false),
  failure: Type.String({ minLength: 1, maxLength: LONGEST_SENTENCE }),
  reason: Type.Optional(Type.Union(failureReasons.map((reason) => Type.Literal(reason)))),
})
const Fault = closed({ fault: words(LONGEST_TEXT) })
const either = (done: TSchema) => Type.Union([done, Failed, Fault])

/** Of each variant that may be made: its type, and what is told with it. */
type Kind = { name: VariantName; mediaType?: string; number?: TSchema; facts?: TSchema; isEmpty?: boolean }

function variantOf({ name, mediaType = 'image/webp', number, facts, isEmpty = false }: Kind) {
  const type = Type.Literal(mediaType)
  const common = {
    name: Type.Literal(name),
    mediaType: mediaType === 'image/webp' ? Type.Optional(type) : type,
    number: number ?? Type.Optional(Type.Literal(0)),
    widthPixels: whole(isEmpty ? 0 : 1),
    heightPixels: whole(isEmpty ? 0 : 1),
    ...(facts !== undefined && { facts }),
  }
  return Type.Union([
    closed({ ...common, bytes: bytesUpTo(LARGEST_BYTES) }),
    closed({ ...common, path: Type.String({ minLength: 1, maxLength: LONGEST_NAME }) }),
  ])
}

const variantsOf = (kinds: readonly Kind[], maxItems = MOST_VARIANTS) =>
  Type.Array(Type.Union(kinds.map(variantOf)), { maxItems })

const Rendered = either(
  closed({
    ok: Type.Literal(true),
    summary: closed({
      widthPixels: Type.Optional(whole()),
      heightPixels: Type.Optional(whole()),
      durationMs: Type.Optional(durationMs),
      pages: Type.Optional(whole()),
      blur: Type.Optional(bytesUpTo(LARGEST_BLUR)),
      facts: Facts,
    }),
    variants: variantsOf([
      { name: 'thumbnail' },
      { name: 'medium' },
      { name: 'large' },
      { name: 'poster' },
      { name: 'preview' },
    ]),
  }),
)

const Bared = either(closed({ ok: Type.Literal(true) }))

const made = (facts: TSchema, kinds: readonly Kind[] = [], maxItems?: number) =>
  either(closed({ ok: Type.Literal(true), facts, variants: variantsOf(kinds, kinds.length === 0 ? 0 : maxItems) }))

const Stream = closed({
  headBytes: whole(),
  firstAt: whole(0, Number.MAX_SAFE_INTEGER),
  fragments: Type.Array(Type.Tuple([whole(), Type.Number({ minimum: 0 })]), {
    maxItems: MOST_FRAGMENTS,
  }),
})
const Sound = closed({ durationMs, points: whole() })
const Points = Type.Number({ minimum: 0 })
const Colour = closed({
  rgb: Type.Tuple([whole(0, 255), whole(0, 255), whole(0, 255)]),
  share: Type.Number({ minimum: 0, maximum: 1 }),
})
const Passage = closed({ number: whole(1), content: words(LONGEST_PASSAGE) })

/** What each step may answer; one that is not here may answer nothing. */
const Made: Partial<Record<MakeRequest['make'], TSchema>> = {
  formats: made(closed({}), [
    { name: 'medium', mediaType: 'image/avif' },
    { name: 'large', mediaType: 'image/avif' },
    { name: 'large', mediaType: 'image/jpeg' },
    { name: 'sized', number: whole(1) },
  ]),
  sheet: made(closed({ counted: Type.Optional(Facts) }), [
    { name: 'sheet', facts: closed({ grid: closed(FrameGrid.properties) }) },
  ]),
  proxy: made(closed({ isNeeded: Type.Boolean() }), [
    {
      name: 'proxy',
      mediaType: 'video/mp4',
      facts: closed({ stream: Stream, frames: whole(), picture: words(LONGEST_NAME) }),
      isEmpty: true,
    },
  ]),
  waveform: made(closed({ durationMs: Type.Optional(durationMs), points: Type.Optional(whole()) }), [
    { name: 'waveform', mediaType: 'application/octet-stream', facts: Sound, isEmpty: true },
  ]),
  pages: made(
    closed({
      pages: Type.Optional(whole(1)),
      blur: Type.Optional(bytesUpTo(LARGEST_BLUR)),
      name: Type.Optional(Type.String({ minLength: 1, maxLength: LONGEST_NAME })),
    }),
    [
      { name: 'page', number: whole(1), facts: closed({ widthPoints: Points, heightPoints: Points }) },
      { name: 'thumbnail' },
      { name: 'medium' },
      { name: 'preview' },
    ],
  ),
  hash: made(
    closed({
      hash: Type.Optional(Type.String({ pattern: '^[01]{64}$' })),
      colours: Type.Array(Colour, { maxItems: MOST_COLOURS }),
    }),
  ),
  text: made(closed({ passages: Type.Array(Passage, { maxItems: MOST_PASSAGES }), isCut: Type.Boolean() })),
  trim: made(closed({ durationMs })),
}

/** Whether this is an answer to that request, as far as it can be told without looking at what was made. */
export function isAnswerTo(request: RenderRequest | BareRequest | MakeRequest, answer: unknown): boolean {
  const schema = 'make' in request ? Made[request.make] : 'becomes' in request ? Bared : Rendered
  return schema !== undefined && Check(schema, answer) && isStorable(answer) && isEachOnce(answer)
}

/** PostgreSQL takes neither a NUL nor half a letter, and JSON has no number that is none. */
function isStorable(value: unknown): boolean {
  if (typeof value === 'string') return value.length <= LONGEST_PASSAGE && value.isWellFormed() && !value.includes('\0')
  if (typeof value === 'number') return Number.isFinite(value)
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return true
  return Object.values(value).every(isStorable)
}

type Answered = { variants?: { name: string; mediaType?: string; number?: number }[] }

/** A blob has one variant of a name, a type and a number. */
function isEachOnce(answer: unknown): boolean {
  const { variants = [] } = answer as Answered
  const names = variants.map(({ name, mediaType = 'image/webp', number = 0 }) => `${name} ${mediaType} ${number}`)
  return new Set(names).size === names.length
}
