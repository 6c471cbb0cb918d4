import {
  ArchiveRestore,
  CalendarClock,
  Columns2,
  Download,
  Ellipsis,
  FolderInput,
  Images,
  ListChecks,
  Tag,
  TextCursorInput,
  Trash2,
  UserPlus,
} from 'lucide-react'
import { formatCount } from '../lib/format.ts'
import { Button } from '../ui/Button.tsx'
import { IconButton } from '../ui/IconButton.tsx'
import { Menu, MenuAction } from '../ui/Menu.tsx'
import { SelectionToolbar } from '../ui/SelectionToolbar.tsx'
import { download, moveToTrash, restoreChosen } from './actions.ts'
import type { Chosen } from './chosen.ts'
import { allowedFor, downloadable, filesOf, NOTHING_ALLOWED, type PageDeeds } from './deeds.ts'
import type { Listing } from './listing/listing.ts'
import { organizing, type OrganizingDeed } from './organizing/organizing.ts'
import type { Choosing } from './useChoosing.ts'

/** What can be done with what is chosen; floats over the foot of the grid. */
export function SelectionBar({
  listing,
  choosing,
  deeds,
  count,
  total,
  isCounting,
}: {
  listing: Listing
  choosing: Choosing
  deeds: PageDeeds
  count: number
  total: number
  /** How many match is not known yet: of all of them no number is told, and nothing that tells one is offered. */
  isCounting: boolean
}) {
  const { chosen, clear, chooseAll } = choosing
  const isUnknown = isCounting && chosen.kind === 'all'
  const isTrash = listing.filter.trashed === true
  const act = (run: (chosen: Chosen) => void) => () => {
    run(chosen)
    clear()
  }
  const files = filesOf(listing, chosen)
  const allowed = isUnknown ? NOTHING_ALLOWED : allowedFor(chosen, files, deeds)
  const canDownload = !allowed.isTooManyToDownload
  const ask = (deed: OrganizingDeed) => () => organizing.set({ deed, listing, chosen, count })
  return (
    <SelectionToolbar
      chosen={
        <>
          {isUnknown ? 'Everything' : formatCount(count, 'file')}
          <span className="max-sm:hidden"> selected</span>
          {isUnknown && <span className="font-normal text-ink-soft">, still counting…</span>}
        </>
      }
      onClear={clear}
    >
      {!isUnknown && count < total && (
        <IconButton
          label={`Select all ${formatCount(total, 'file')}`}
          keys="mod+a"
          icon={<ListChecks />}
          side="top"
          onClick={chooseAll}
        />
      )}
      {allowed.share && (
        <IconButton label="Share" keys="s" icon={<UserPlus />} side="top" onClick={() => deeds.onShare?.(files)} />
      )}
      {allowed.move && (
        <IconButton label="Move" keys="m" icon={<FolderInput />} side="top" onClick={() => deeds.onMove?.(files)} />
      )}
      {allowed.download && (
        <IconButton
          label={canDownload ? 'Download' : 'Download as a ZIP'}
          keys="d"
          icon={<Download />}
          side="top"
          onClick={() => (canDownload ? void download(downloadable(files)) : ask('download')())}
        />
      )}
      {allowed.organize && (
        <IconButton label="Tag" keys="t" icon={<Tag />} side="top" className="max-sm:hidden" onClick={ask('tags')} />
      )}
      {allowed.event && (
        <IconButton
          label="Make an event"
          icon={<Images />}
          side="top"
          onClick={() => {
            deeds.onEvent?.(files)
            clear()
          }}
        />
      )}
      {(allowed.organize || allowed.download || allowed.compare) && (
        <Menu label="More" trigger={<IconButton label="More" icon={<Ellipsis />} side="top" />}>
          {allowed.compare && (
            <MenuAction icon={<Columns2 />} keys="c" onSelect={() => deeds.onCompare?.(files)}>
              Compare
            </MenuAction>
          )}
          {allowed.organize && (
            <>
              <MenuAction icon={<Tag />} keys="t" onSelect={ask('tags')}>
                Tag
              </MenuAction>
              <MenuAction icon={<TextCursorInput />} onSelect={ask('description')}>
                Describe
              </MenuAction>
              <MenuAction icon={<CalendarClock />} onSelect={ask('happened')}>
                Change the date
              </MenuAction>
            </>
          )}
          {allowed.download && (
            <MenuAction icon={<Download />} onSelect={ask('download')}>
              Download as a ZIP
            </MenuAction>
          )}
        </Menu>
      )}
      {allowed.purge && (
        <IconButton
          label="Delete for good"
          icon={<Trash2 />}
          side="top"
          onClick={() => {
            deeds.onPurge?.(files)
            clear()
          }}
        />
      )}
      {!allowed.change ? null : isTrash ? (
        <Button icon={<ArchiveRestore className="size-4" />} onClick={act((one) => void restoreChosen(listing, one))}>
          Restore
        </Button>
      ) : (
        <Button
          tone="danger"
          icon={<Trash2 className="size-4" />}
          onClick={act((one) => void moveToTrash(listing, one))}
        >
          <span className="max-sm:sr-only">Move to trash</span>
        </Button>
      )}
    </SelectionToolbar>
  )
}
