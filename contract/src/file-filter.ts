import { Type, type Static } from 'typebox'
import { Id, OneOf, SizeBytes } from './common.ts'
import { kinds } from './media-types.ts'

/** Ways a picture may lie, as shown. */
export const orientations = ['landscape', 'portrait', 'square'] as const
export type Orientation = (typeof orientations)[number]

/** Colours that people have a word for; each file has those that most of it is in. */
export const colours = [
  'red',
  'orange',
  'yellow',
  'green',
  'teal',
  'blue',
  'purple',
  'pink',
  'brown',
  'black',
  'grey',
  'white',
] as const
export type Colour = (typeof colours)[number]

const UUID = '[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}'
/** No calendar has a year 0. */
export const YEAR_ONE = '^(?!0000)'
const DEGREES = '-?[0-9]{1,3}(\\.[0-9]{1,12})?'

/** A day as a calendar on the wall has it: 2026-05-04. */
const LocalDay = Type.String({ format: 'date', pattern: YEAR_ONE })
const Pixels = Type.Integer({ minimum: 0, maximum: 1_000_000 })
const Duration = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })

/** Members of a filter, alike in an address and in a body. Those that are given must all hold. */
export const filterMembers = {
  kind: Type.Optional(OneOf(kinds)),
  kinds: Type.Optional(
    Type.String({
      pattern: `^(${kinds.join('|')})(,(${kinds.join('|')})){0,${kinds.length - 1}}$`,
      description: 'Those of any of these kinds; commas between.',
    }),
  ),
  name: Type.Optional(
    Type.String({ minLength: 1, maxLength: 200, description: 'Files whose name contains this, whatever its case.' }),
  ),
  folderId: Type.Optional(
    Type.Union([Id, Type.Literal('top')], {
      description: 'Those in this folder itself; `top`: those in none, or in none that the caller may read.',
    }),
  ),
  trashed: Type.Optional(Type.Boolean({ description: 'Those in the trash instead of those that are not.' })),
  q: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 500,
      description:
        'Files that say each of these words: in their name, tags, description, camera, uploader or date, or in their text. The last word may be the beginning of one.',
    }),
  ),
  mediaType: Type.Optional(
    Type.String({ maxLength: 100, pattern: '^[\\w.+-]+/[\\w.+-]+$', description: 'What the bytes say.' }),
  ),
  tagIds: Type.Optional(
    Type.String({ pattern: `^${UUID}(,${UUID}){0,19}$`, description: 'Those with all of these tags; commas between.' }),
  ),
  createdBy: Type.Optional(Type.String({ format: 'uuid', description: 'Who uploaded them.' })),
  camera: Type.Optional(
    Type.String({ minLength: 1, maxLength: 200, description: 'By its whole name, whatever its case.' }),
  ),
  from: Type.Optional(LocalDay),
  to: Type.Optional(LocalDay),
  bounds: Type.Optional(
    Type.String({
      pattern: `^${DEGREES}(,${DEGREES}){3}$`,
      description:
        'Taken between these: west,south,east,north in degrees. A west beyond the east crosses the date line.',
    }),
  ),
  sizeFrom: Type.Optional(SizeBytes),
  sizeTo: Type.Optional(SizeBytes),
  sideFrom: Type.Optional(Pixels),
  sideTo: Type.Optional(Type.Integer({ minimum: 0, maximum: 1_000_000, description: 'Of the longest side.' })),
  widthFrom: Type.Optional(Pixels),
  heightFrom: Type.Optional(Pixels),
  orientation: Type.Optional(OneOf(orientations)),
  durationFromMs: Type.Optional(Duration),
  durationToMs: Type.Optional(Duration),
  colour: Type.Optional(
    Type.String({
      pattern: `^(${colours.join('|')}|#[0-9a-fA-F]{6})$`,
      description: 'One of those with a name, or the named one that this is nearest to: #1e90ff.',
    }),
  ),
}

/** Which files a list, a count or a selection is about. */
export const FileFilter = Type.Object(filterMembers, { additionalProperties: false })
export type FileFilter = Static<typeof FileFilter>
