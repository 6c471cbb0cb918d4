import type { Account } from '@trove/contract/accounts'
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { Ban, KeyRound, MoreHorizontal, ShieldCheck, ShieldOff, UserCheck } from 'lucide-react'
import { useState } from 'react'
import { formatDateTime } from '../../lib/format.ts'
import { sentenceOf } from '../../lib/problem.ts'
import { AskDialog } from '../../ui/AskDialog.tsx'
import { Avatar } from '../../ui/Avatar.tsx'
import { Badge } from '../../ui/Badge.tsx'
import { IconButton } from '../../ui/IconButton.tsx'
import { Menu, MenuAction, MenuLine } from '../../ui/Menu.tsx'
import { Problem } from '../../ui/Problem.tsx'
import { SearchField } from '../../ui/SearchField.tsx'
import { ShowMore } from '../../ui/ShowMore.tsx'
import { Skeleton } from '../../ui/Skeleton.tsx'
import { toast } from '../../ui/toast.ts'
import { peopleQuery, useDeed, type Deed } from './queries.ts'

type Asked = { account: Account; deed: Deed }

/** Every account of the installation. Nothing of what is in their organizations. */
export function AccountList({ meId }: { meId: string }) {
  const [search, setSearch] = useState('')
  const [asked, setAsked] = useState<Asked | undefined>(undefined)
  const listed = useInfiniteQuery({
    ...peopleQuery(search),
    placeholderData: keepPreviousData,
  })
  const { data, error, refetch } = listed
  const accounts = data?.pages.flatMap(({ items }) => items)
  return (
    <div className="flex flex-col gap-4">
      <SearchField label="Search accounts" value={search} onSearch={setSearch} className="max-w-sm" />
      {error !== null && accounts === undefined && <Problem error={error} onRetry={() => void refetch()} />}
      {error === null && accounts === undefined && <Skeleton className="h-40" />}
      {accounts?.length === 0 && (
        <p className="py-6 text-center text-sm text-ink-soft">Nobody has “{search}” in their name or address.</p>
      )}
      {accounts !== undefined && accounts.length > 0 && (
        <ul aria-label="Accounts" className="divide-y divide-line rounded-lg border border-line bg-surface">
          {accounts.map((account) => (
            <Person
              key={account.id}
              account={account}
              isMe={account.id === meId}
              onDeed={(deed) => setAsked({ account, deed })}
            />
          ))}
        </ul>
      )}
      <ShowMore of={listed} />
      {asked !== undefined && <DeedDialog asked={asked} onClose={() => setAsked(undefined)} />}
    </div>
  )
}

function Person({ account, isMe, onDeed }: { account: Account; isMe: boolean; onDeed: (deed: Deed) => void }) {
  const { id, name, email, username, lastSignInAt } = account
  return (
    <li className="flex min-h-14 items-center gap-3 px-4 py-2.5">
      <Avatar id={id} name={name} />
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-center gap-x-2 gap-y-0.5 text-sm font-medium wrap-anywhere">
          {name}
          {isMe && <Badge tone="accent">You</Badge>}
          {account.isAdministrator && <Badge tone="notice">Administrator</Badge>}
          {account.suspendedAt !== undefined && <Badge tone="danger">Suspended</Badge>}
          {!account.isEmailVerified && <Badge tone="warning">Not verified</Badge>}
        </p>
        <p className="text-xs text-ink-faint wrap-anywhere">
          {email}
          {username !== undefined && `, ${username}`}.{' '}
          {lastSignInAt === undefined ? 'Never signed in.' : `Signed in ${formatDateTime(lastSignInAt)}.`}
        </p>
      </div>
      <Menu
        label={`What to do with ${name}`}
        trigger={<IconButton label={`What to do with ${name}`} icon={<MoreHorizontal />} />}
      >
        <MenuAction
          icon={<KeyRound />}
          onSelect={() => onDeed('send-reset')}
          disabled={account.suspendedAt !== undefined}
        >
          Mail a link for a new password
        </MenuAction>
        {account.isAdministrator ? (
          <MenuAction icon={<ShieldOff />} onSelect={() => onDeed('demote')}>
            No longer administrator
          </MenuAction>
        ) : (
          <MenuAction
            icon={<ShieldCheck />}
            onSelect={() => onDeed('promote')}
            disabled={account.suspendedAt !== undefined}
          >
            Make administrator
          </MenuAction>
        )}
        <MenuLine />
        {account.suspendedAt === undefined ? (
          <MenuAction icon={<Ban />} tone="danger" onSelect={() => onDeed('suspend')}>
            Suspend
          </MenuAction>
        ) : (
          <MenuAction icon={<UserCheck />} onSelect={() => onDeed('resume')}>
            Resume
          </MenuAction>
        )}
      </Menu>
    </li>
  )
}

type Words = { title: string; lead: string; does: string; done: string }
const WORDS: Record<Deed, (name: string) => Words> = {
  suspend: (name) => ({
    title: `Suspend ${name}?`,
    lead: 'Refused everywhere within a second: sessions end, open pages close, API keys are not read. Their files stay. It can be undone.',
    does: 'Suspend',
    done: `${name} is suspended`,
  }),
  resume: (name) => ({
    title: `Let ${name} in again?`,
    lead: 'They sign in as before. Sessions that have ended stay so; API keys work again.',
    does: 'Resume',
    done: `${name} may sign in again`,
  }),
  promote: (name) => ({
    title: `Make ${name} administrator?`,
    lead: 'An administrator looks after accounts, limits and the installation, and as such sees no files.',
    does: 'Make administrator',
    done: `${name} is administrator now`,
  }),
  demote: (name) => ({
    title: `Take administration from ${name}?`,
    lead: 'They stay in their organizations as they are.',
    does: 'Take it away',
    done: `${name} is administrator no longer`,
  }),
  'send-reset': (name) => ({
    title: `Mail ${name} a link for a new password?`,
    lead: 'The link is good for an hour, and once. Their present password works until they use it.',
    does: 'Send the link',
    done: `A link is on its way to ${name}`,
  }),
}

function DeedDialog({ asked: { account, deed }, onClose }: { asked: Asked; onClose: () => void }) {
  const act = useDeed()
  const words = WORDS[deed](account.name)
  const run = () =>
    act.mutate(
      { userId: account.id, deed },
      {
        onSuccess() {
          toast({ title: words.done })
          onClose()
        },
        onError: (error) => toast({ tone: 'danger', title: 'Nothing was changed', detail: sentenceOf(error) }),
      },
    )
  return (
    <AskDialog
      title={words.title}
      onClose={onClose}
      apply={words.does}
      tone={deed === 'suspend' ? 'danger' : 'primary'}
      isBusy={act.isPending}
      onApply={run}
    >
      <p className="text-base text-ink-soft">{words.lead}</p>
    </AskDialog>
  )
}
