import { knownType } from '@trove/contract/media-types'
import type { SharedFile, SharedLink } from '@trove/contract/shared'
import { instantWithOffset } from '../../../platform/instants.ts'
import type { Keys } from '../../../platform/keys.ts'
import type { Settings } from '../../../platform/settings.ts'
import { bareName, bareWayOf, CANNOT_BE_BARE } from '../../media/index.ts'
import * as storage from '../../storage/index.ts'
import { neutralName } from '../rules.ts'
import { nameCode } from '../secrets.ts'
import type { SharedFileRow, SharedLinkRow } from './store.ts'

type Terms = Pick<SharedLinkRow, 'id' | 'keepsMetadata' | 'keepsNames' | 'allowsDownload' | 'maxDownloads'>
type Naming = Pick<Keys, 'linkVisit'>

const DOWNLOAD = 4

/**
 * Whether a guest may watch a video as every browser plays it. It has the pictures of the original, so it goes where the
 * original goes; and where deliveries are numbered it does not go, for it is not counted.
 */
export const mayStream = (
  link: Pick<SharedLinkRow, 'allowsDownload' | 'maxDownloads'>,
  row: Pick<SharedFileRow, 'rights'>,
): boolean => link.allowsDownload && (row.rights & DOWNLOAD) !== 0 && link.maxDownloads === null

/** What a guest is told of a file: nothing of people, of the organization, or of how the original is kept. */
export function presentShared(
  machines: { keys: Naming; settings: Pick<Settings, 'scanning'> },
  link: Terms,
  row: SharedFileRow,
): SharedFile {
  const { mediaType, sizeBytes } = goesOutAs(link, row)
  const isAllowed = link.allowsDownload && (row.rights & DOWNLOAD) !== 0
  const held = storage.whyNotDeliverable(machines, row.standing, storage.STRANGER)
  const withheld = isAllowed ? (held?.message ?? whyWithheld(link, row)) : undefined
  return {
    id: row.id,
    name: sharedName(machines.keys, link, row),
    kind: row.kind,
    mediaType,
    status: row.status,
    variants: row.variants.filter(({ name }) => name !== 'proxy' || mayStream(link, row)),
    mayDownload: isAllowed && withheld === undefined,
    ...(withheld !== undefined && { withheld }),
    ...(sizeBytes !== undefined && { sizeBytes }),
    ...(row.widthPixels !== null && { widthPixels: row.widthPixels }),
    ...(row.heightPixels !== null && { heightPixels: row.heightPixels }),
    ...(row.durationMs !== null && { durationMs: row.durationMs }),
    ...(row.pages !== null && { pages: row.pages }),
    ...(row.caption !== null && row.caption !== '' && { caption: row.caption }),
    ...(row.blur !== null && { blur: `data:image/webp;base64,${row.blur.toString('base64')}` }),
  }
}

/** What a guest is told of an event: nothing of who has made it, or of where it is kept. */
export function presentEvent(event: NonNullable<SharedLinkRow['event']>): NonNullable<SharedLink['event']> {
  const { kind, title, text, happenedAt, offsetMinutes } = event
  return { kind, title, text, happenedAt: instantWithOffset(new Date(happenedAt), offsetMinutes) }
}

/** What the bytes are that a guest would get. */
function goesOutAs(link: Pick<Terms, 'keepsMetadata'>, row: SharedFileRow): { mediaType: string; sizeBytes?: number } {
  if (link.keepsMetadata) return row
  if (row.bareType !== null && row.bareBytes !== null) return { mediaType: row.bareType, sizeBytes: row.bareBytes }
  return { mediaType: bareWayOf(row.mediaType)?.mediaType ?? row.mediaType }
}

/** Why a file cannot be given without its metadata although downloads are; undefined when it can. */
export function whyWithheld(link: Pick<Terms, 'keepsMetadata'>, row: SharedFileRow): string | undefined {
  if (link.keepsMetadata) return undefined
  return row.withheld ?? (bareWayOf(row.mediaType) === undefined ? CANNOT_BE_BARE : undefined)
}

/** The name under which a guest sees and saves a file; its extension is that of what goes out. */
export function sharedName(keys: Naming, link: Terms, row: SharedFileRow): string {
  const extension = knownType(goesOutAs(link, row).mediaType)?.extensions[0]
  if (!link.keepsNames) return neutralName(row.kind, nameCode(keys, link.id, row.id), extension ?? 'bin')
  return bareName(row, goesOutAs(link, row))
}

export const folderName = (
  keys: Naming,
  link: Pick<Terms, 'id' | 'keepsNames'>,
  folder: { id: string; name: string },
): string => (link.keepsNames ? folder.name : neutralName('folder', nameCode(keys, link.id, folder.id), undefined))

/** What heads the page: the label that the maker gave, else the title of the event, else a name if names are given. */
export function titleOf(link: Pick<SharedLinkRow, 'label' | 'keepsNames' | 'name' | 'kind' | 'event'>): string {
  if (link.label !== '') return link.label
  if (link.event !== null) return link.event.title
  if (link.keepsNames && link.name !== null) return link.name
  return link.kind === 'file' ? 'A shared file' : 'Shared files'
}
