import type { Link } from '@trove/contract/links'
import { Ellipsis, Eye, FileText, Folder, Images, Link2Off, PencilLine } from 'lucide-react'
import { useState } from 'react'
import { session } from '../lib/session.ts'
import { useStore } from '../lib/store.ts'
import { Badge } from '../ui/Badge.tsx'
import { IconButton } from '../ui/IconButton.tsx'
import { Menu, MenuAction } from '../ui/Menu.tsx'
import { EditLink } from './EditLink.tsx'
import { RevokeLink } from './RevokeLink.tsx'
import { VisitsDialog } from './VisitsDialog.tsx'
import { isOpen, stateNames, targetName, termWords, usageWords } from './words.ts'

export type LinkListProps = {
  label: string
  links: readonly Link[]
  /** Whether the person may change other people's links: an owner or admin of the organization. */
  controlsAll: boolean
  /** Whether each says what it is of; in a dialog about one thing that is known. */
  namesTarget?: boolean
}

type Asked = { what: 'edit' | 'visits' | 'revoke'; link: Link }

/** Links with what they give, how they were used, and what can be done with each. */
export function LinkList({ label, links, controlsAll, namesTarget = false }: LinkListProps) {
  const me = useStore(session)
  const meId = me.status === 'signed-in' ? me.user.id : undefined
  const [asked, setAsked] = useState<Asked | undefined>(undefined)
  const close = () => setAsked(undefined)
  // What a dialog is about is what the list says now, as long as it is in the list.
  const link = links.find(({ id }) => id === asked?.link.id) ?? asked?.link
  return (
    <>
      <ul aria-label={label} className="overflow-hidden rounded-lg border border-line bg-surface">
        {links.map((one) => (
          <Line
            key={one.id}
            link={one}
            mayControl={controlsAll || one.createdBy.id === meId}
            isMine={one.createdBy.id === meId}
            namesTarget={namesTarget}
            onAsk={(what) => setAsked({ what, link: one })}
          />
        ))}
      </ul>
      {asked !== undefined && link !== undefined && (
        <>
          {asked.what === 'edit' && <EditLink link={link} onClose={close} />}
          {asked.what === 'visits' && <VisitsDialog link={link} onClose={close} />}
          {asked.what === 'revoke' && <RevokeLink link={link} onClose={close} />}
        </>
      )}
    </>
  )
}

type LineProps = {
  link: Link
  mayControl: boolean
  isMine: boolean
  namesTarget: boolean
  onAsk: (what: Asked['what']) => void
}

function Line({ link, mayControl, isMine, namesTarget, onAsk }: LineProps) {
  const { name, tone } = stateNames[link.status]
  const [first = '', ...terms] = termWords(link)
  const called = link.label === '' ? (namesTarget ? targetName(link) : first) : link.label
  const facts = [
    ...(namesTarget && link.label !== '' ? [targetName(link)] : []),
    ...(called === first ? [] : [first]),
    ...terms,
  ]
  return (
    <li className="flex items-start gap-3 border-b border-line px-3.5 py-3 last:border-0">
      {namesTarget && <TargetIcon of={link.of} />}
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
          <span className="min-w-0 truncate text-sm font-medium">{called}</span>
          <Badge tone={tone}>{name}</Badge>
        </p>
        <p className="mt-0.5 text-sm break-words text-ink-soft">{facts.join(' · ')}</p>
        <p className="mt-0.5 text-xs text-ink-faint">
          {usageWords(link)}
          {!isMine && ` · by ${link.createdBy.name}`}
        </p>
      </div>
      <Menu
        label={`What to do with ${called}`}
        trigger={<IconButton label={`More about ${called}`} icon={<Ellipsis />} size="small" />}
      >
        {mayControl && (
          <MenuAction icon={<Eye />} onSelect={() => onAsk('visits')}>
            Who opened it
          </MenuAction>
        )}
        {mayControl && isOpen(link) && (
          <MenuAction icon={<PencilLine />} onSelect={() => onAsk('edit')}>
            Change
          </MenuAction>
        )}
        <MenuAction icon={<Link2Off />} tone="danger" disabled={!isOpen(link)} onSelect={() => onAsk('revoke')}>
          End the link
        </MenuAction>
      </Menu>
    </li>
  )
}

function TargetIcon({ of }: Pick<Link, 'of'>) {
  const Icon = of.kind === 'folder' ? Folder : of.kind === 'file' ? FileText : Images
  return <Icon aria-hidden className="mt-0.5 size-4.5 shrink-0 text-ink-faint" strokeWidth={1.5} />
}
