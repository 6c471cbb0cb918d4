import type { TimelineEvent } from '@trove/contract/timeline-events'
import { useQueryClient } from '@tanstack/react-query'
import { ArchiveRestore, Download, Ellipsis, FolderInput, Tag, TextCursorInput, Trash2, UserPlus } from 'lucide-react'
import { restoreEvents, trashEvents } from '../events/index.ts'
import { formatCount } from '../lib/format.ts'
import { Button } from '../ui/Button.tsx'
import { IconButton } from '../ui/IconButton.tsx'
import { Menu, MenuAction } from '../ui/Menu.tsx'
import { SelectionToolbar } from '../ui/SelectionToolbar.tsx'
import { allowedForEvents, askedOfEvents, downloadEvents, placeEvents, shareEvents } from './event-deeds.ts'

type EventsBarProps = { chosen: readonly TimelineEvent[]; isTrash: boolean; onDone: () => void }

/** What can be done with chosen events; floats over the foot of the list. */
export function EventsBar({ chosen, isTrash, onDone }: EventsBarProps) {
  const queries = useQueryClient()
  const allowed = allowedForEvents(chosen)
  const describe = () => askedOfEvents.set({ deed: 'text', events: chosen })
  const tag = () => askedOfEvents.set({ deed: 'tags', events: chosen })
  return (
    <SelectionToolbar
      chosen={
        <>
          {formatCount(chosen.length, 'event')}
          <span className="max-sm:hidden"> selected</span>
        </>
      }
      onClear={onDone}
    >
      {allowed.share && (
        <IconButton label="Share" icon={<UserPlus />} side="top" onClick={() => void shareEvents(chosen)} />
      )}
      {allowed.move && (
        <IconButton
          label="Move"
          icon={<FolderInput />}
          side="top"
          onClick={() => placeEvents(queries, chosen, onDone)}
        />
      )}
      {allowed.download && (
        <IconButton
          label="Download as a ZIP"
          icon={<Download />}
          side="top"
          onClick={() => void downloadEvents(chosen)}
        />
      )}
      {allowed.change && (
        <>
          <IconButton label="Tag" icon={<Tag />} side="top" className="max-sm:hidden" onClick={tag} />
          <IconButton
            label="Describe"
            icon={<TextCursorInput />}
            side="top"
            className="max-sm:hidden"
            onClick={describe}
          />
          <span className="sm:hidden">
            <Menu label="More" trigger={<IconButton label="More" icon={<Ellipsis />} side="top" />}>
              <MenuAction icon={<Tag />} onSelect={tag}>
                Tag
              </MenuAction>
              <MenuAction icon={<TextCursorInput />} onSelect={describe}>
                Describe
              </MenuAction>
            </Menu>
          </span>
        </>
      )}
      {allowed.trash && (
        <Button
          tone={isTrash ? 'plain' : 'danger'}
          icon={isTrash ? <ArchiveRestore className="size-4" /> : <Trash2 className="size-4" />}
          onClick={() => {
            onDone()
            void (isTrash ? restoreEvents(queries, chosen) : trashEvents(queries, chosen))
          }}
        >
          <span className={isTrash ? '' : 'max-sm:sr-only'}>{isTrash ? 'Restore' : 'Move to trash'}</span>
        </Button>
      )}
    </SelectionToolbar>
  )
}
