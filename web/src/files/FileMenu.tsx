import type { File } from '@trove/contract/files'
import {
  ArchiveRestore,
  Download,
  EyeOff,
  FolderInput,
  Maximize2,
  PanelRight,
  Pencil,
  Trash2,
  UserPlus,
} from 'lucide-react'
import { formatCount } from '../lib/format.ts'
import { mayBeBare, saveBare } from '../lib/saving.ts'
import { MenuAction, MenuHeading, MenuLine } from '../ui/Menu.tsx'
import { PointMenu, type Point } from '../ui/PointMenu.tsx'
import { download, moveToTrash, restoreChosen } from './actions.ts'
import { countChosen, type Chosen } from './chosen.ts'
import { allowedFor, downloadable, filesOf, type PageDeeds } from './deeds.ts'
import type { Listing } from './listing/listing.ts'
import { renaming } from './renaming.ts'

export type MenuPlace = { chosen: Chosen; at: Point }

/** Everything that may be done with a file, or with what is chosen, where it was pressed. */
export function FileMenu({ listing, deeds, place, onClose, onOpen, onDetails }: FileMenuProps) {
  const files = place === undefined ? [] : filesOf(listing, place.chosen)
  const [first] = files
  const count = place === undefined ? 0 : countChosen(place.chosen, listing.view.get().count)
  return (
    <PointMenu label={nameOf(files, count)} at={place?.at} onClose={onClose}>
      {count > 1 && <MenuHeading>{formatCount(count, 'file')}</MenuHeading>}
      {count === 1 && first !== undefined && (
        <>
          <MenuAction icon={<Maximize2 />} keys="Enter" onSelect={() => onOpen(first.id)}>
            Open
          </MenuAction>
          <MenuAction icon={<PanelRight />} keys="i" onSelect={() => onDetails(first.id)}>
            Details
          </MenuAction>
        </>
      )}
      {place !== undefined && <Deeds listing={listing} deeds={deeds} chosen={place.chosen} files={files} />}
    </PointMenu>
  )
}

function Deeds({ listing, deeds, chosen, files }: DeedsProps) {
  const allowed = allowedFor(chosen, files, deeds)
  const isTrash = listing.filter.trashed === true
  // Of several, the ZIP asks.
  const bare = allowed.download && files.length === 1 ? files.find(mayBeBare) : undefined
  return (
    <>
      {allowed.download && !allowed.isTooManyToDownload && (
        <MenuAction icon={<Download />} keys="d" onSelect={() => void download(downloadable(files))}>
          Download
        </MenuAction>
      )}
      {bare !== undefined && (
        <MenuAction icon={<EyeOff />} onSelect={() => void saveBare(bare)}>
          Download without metadata
        </MenuAction>
      )}
      {allowed.share && (
        <MenuAction icon={<UserPlus />} keys="s" onSelect={() => deeds.onShare?.(files)}>
          Share
        </MenuAction>
      )}
      {allowed.move && (
        <MenuAction icon={<FolderInput />} keys="m" onSelect={() => deeds.onMove?.(files)}>
          Move
        </MenuAction>
      )}
      {allowed.rename && (
        <MenuAction icon={<Pencil />} keys="F2" onSelect={() => renaming.set(files[0])}>
          Rename
        </MenuAction>
      )}
      {allowed.change && <MenuLine />}
      {allowed.change &&
        (isTrash ? (
          <MenuAction icon={<ArchiveRestore />} keys="r" onSelect={() => void restoreChosen(listing, chosen)}>
            Restore
          </MenuAction>
        ) : (
          <MenuAction icon={<Trash2 />} keys="Delete" tone="danger" onSelect={() => void moveToTrash(listing, chosen)}>
            Move to trash
          </MenuAction>
        ))}
    </>
  )
}

const nameOf = (files: readonly File[], count: number) =>
  count === 1 ? (files[0]?.name ?? 'File') : formatCount(count, 'file')

type FileMenuProps = {
  listing: Listing
  deeds: PageDeeds
  /** Undefined while it is closed. */
  place: MenuPlace | undefined
  onClose: () => void
  onOpen: (fileId: string) => void
  onDetails: (fileId: string) => void
}

type DeedsProps = { listing: Listing; deeds: PageDeeds; chosen: Chosen; files: readonly File[] }
