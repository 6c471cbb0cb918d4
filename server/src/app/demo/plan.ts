import { photos } from './photos/roster.ts'

/** What a maker writes into the folder, by name; `made` says who makes it. */
export type Piece = { name: string; mediaType: string; made: 'photo' | 'clip' | 'paper' }

/** Where the pieces come to lie; most photographs are at the top. */
export const folderOf = ({ made }: Piece): string | undefined =>
  made === 'clip' ? 'The Long Blue Hour' : made === 'paper' ? 'Papers' : undefined

const photo = (name: string): Piece => ({ name, mediaType: 'image/jpeg', made: 'photo' })
const paper = (name: string, mediaType: string): Piece => ({ name, mediaType, made: 'paper' })
const clip = (name: string, mediaType = 'video/mp4'): Piece => ({ name, mediaType, made: 'clip' })

const [early, late] = [photos.slice(0, 32), photos.slice(32)]

/** The demonstration in the order in which it is uploaded: what comes last stands first in the library. */
export const pieces: readonly Piece[] = [
  ...early.map(({ name }) => photo(name)),
  paper('Invoice 2026-014.pdf', 'application/pdf'),
  paper('Deliverables.zip', 'application/zip'),
  paper('Shot list.csv', 'text/csv'),
  clip('Wind on the col.mp3', 'audio/mpeg'),
  clip('Harbour lights.mp4'),
  ...late.slice(0, 12).map(({ name }) => photo(name)),
  paper('Recce notes.md', 'text/markdown'),
  paper('Northlight sign.svg', 'image/svg+xml'),
  paper('Storyboard.pdf', 'application/pdf'),
  clip('Theme, harmonium.m4a', 'audio/mp4'),
  clip('Ink in water.mp4'),
  ...late.slice(12, 18).map(({ name }) => photo(name)),
  clip('Northlight ident.mp4'),
  paper('The Long Blue Hour, treatment.pdf', 'application/pdf'),
  ...late.slice(18).map(({ name }) => photo(name)),
  clip('Lake Orrin, one day.mp4'),
]
