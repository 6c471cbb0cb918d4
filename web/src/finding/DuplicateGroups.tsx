import { mergeDuplicates, tellApart, type Duplicate, type DuplicateGroup } from '@trove/contract/duplicates'
import { restoreFiles, type File } from '@trove/contract/files'
import { useQueryClient } from '@tanstack/react-query'
import { useId, useState, type ReactNode } from 'react'
import { call, sentenceOf } from '../lib/api.ts'
import { cx } from '../lib/cx.ts'
import { formatBytes, formatCount, formatDay, formatPixels } from '../lib/format.ts'
import { Button } from '../ui/Button.tsx'
import { toast } from '../ui/toast.ts'

/** Files that look the same, side by side: keep one and it takes over from the others, or say that they are none. */
export function DuplicateGroups({ organizationId, groups, picture, onOpen }: DuplicateGroupsProps) {
  return (
    <ul className="flex flex-col gap-6">
      {groups.map((group) => (
        <Group key={group.id} organizationId={organizationId} group={group} picture={picture} onOpen={onOpen} />
      ))}
    </ul>
  )
}

/** The largest, and of equal ones the oldest: what one would keep. */
const bestOf = (files: readonly Duplicate[]): string =>
  files.toSorted((a, b) => areaOf(b) - areaOf(a) || b.file.sizeBytes - a.file.sizeBytes)[0]?.file.id ?? ''
const areaOf = ({ file }: Duplicate) => (file.widthPixels ?? 0) * (file.heightPixels ?? 0)

function Group({
  organizationId,
  group,
  picture,
  onOpen,
}: Omit<DuplicateGroupsProps, 'groups'> & { group: DuplicateGroup }) {
  const name = useId()
  const [keptId, setKept] = useState(() => bestOf(group.files))
  const { act, isBusy } = useActs(organizationId)
  const others = group.files.filter(({ file }) => file.id !== keptId).map(({ file }) => file.id)
  const mayChange = group.files.every(({ file }) => file.rights.includes('write'))
  return (
    <li className="rounded-lg border border-line bg-surface p-2 sm:p-4">
      <fieldset>
        <legend className="sr-only">{formatCount(group.files.length, 'file')} that look the same: which to keep</legend>
        <div className="grid grid-cols-2 gap-2 sm:grid-cols-[repeat(auto-fill,minmax(200px,1fr))] sm:gap-4">
          {group.files.map((one) => (
            <div
              key={one.file.id}
              className={cx(
                'flex min-w-0 flex-col gap-2 rounded-md p-1.5 sm:p-2',
                one.file.id === keptId ? 'bg-accent-soft' : '',
              )}
            >
              <button
                type="button"
                onClick={() => onOpen(one.file)}
                aria-label={`Open ${one.file.name}`}
                className="relative aspect-4/3 overflow-hidden rounded-md"
              >
                {picture(one.file)}
              </button>
              <label className="flex min-w-0 items-center gap-2 text-sm font-medium">
                <input
                  type="radio"
                  name={name}
                  checked={one.file.id === keptId}
                  onChange={() => setKept(one.file.id)}
                  className="accent-accent"
                />
                <span className="truncate" title={one.file.name}>
                  {one.file.name}
                </span>
              </label>
              <Facts of={one} among={group.files} />
            </div>
          ))}
        </div>
      </fieldset>
      {mayChange ? (
        <div className="mt-4 flex flex-wrap items-center gap-2">
          <Button tone="primary" isBusy={isBusy} onClick={() => void act.merge(keptId, others)}>
            Keep the chosen one
          </Button>
          <Button isBusy={isBusy} onClick={() => void act.apart(group.files.map(({ file }) => file.id))}>
            Not duplicates
          </Button>
          <p className="text-sm text-ink-soft">
            It takes over tags and places in events; the others go to the trash. Who may see it stays as it is.
          </p>
        </div>
      ) : (
        <p className="mt-4 text-sm text-ink-soft">
          You may look at these; merging needs the right to change each of them.
        </p>
      )}
    </li>
  )
}

/** What is not the same for all of them stands out. */
function Facts({ of, among }: { of: Duplicate; among: readonly Duplicate[] }) {
  const told = factsOf(of)
  return (
    <dl className="tabular grid grid-cols-[auto_1fr] gap-x-2 text-xs">
      {Object.entries(told).map(([what, value]) => {
        const differs = among.some((other) => factsOf(other)[what] !== value)
        return (
          <div key={what} className="contents">
            <dt className="text-ink-soft">{what}</dt>
            <dd className={cx('min-w-0 break-words sm:truncate', differs ? 'font-medium text-ink' : 'text-ink-soft')}>
              {value}
            </dd>
          </div>
        )
      })}
    </dl>
  )
}

function factsOf({ file, camera, tags, usedCount, linkCount, hasDescription }: Duplicate): Record<string, string> {
  const { widthPixels, heightPixels } = file
  return {
    Pixels: widthPixels === undefined || heightPixels === undefined ? '–' : formatPixels(widthPixels, heightPixels),
    Size: formatBytes(file.sizeBytes),
    Type: file.mediaType.replace(/^\w+\/(x-)?/, '').toUpperCase(),
    Date: formatDay(file.happenedAt),
    Camera: camera ?? '–',
    Tags: tags.length === 0 ? '–' : tags.join(', '),
    Description: hasDescription ? 'Yes' : '–',
    'Shown in': usedCount === 0 ? '–' : formatCount(usedCount, 'event'),
    Links: linkCount === 0 ? '–' : String(linkCount),
  }
}

function useActs(organizationId: string) {
  const client = useQueryClient()
  const [isBusy, setBusy] = useState(false)
  const params = { organizationId }
  const renew = () => client.invalidateQueries({ queryKey: ['duplicates', organizationId] })
  const attempt = async (what: () => Promise<void>) => {
    setBusy(true)
    try {
      await what()
      await renew()
    } catch (error) {
      toast({ tone: 'danger', title: 'That was not done', detail: sentenceOf(error) })
    } finally {
      setBusy(false)
    }
  }
  const act = {
    merge: (keptId: string, fileIds: string[]) =>
      attempt(async () => {
        const { batchId, count } = await call(mergeDuplicates, { params, body: { keptId, fileIds } })
        const undo = () => attempt(async () => void (await call(restoreFiles, { params, body: { batchId } })))
        toast({
          title: `${formatCount(count, 'file')} moved to the trash`,
          action: { label: 'Undo', isUndo: true, run: () => void undo() },
        })
      }),
    apart: (fileIds: string[]) =>
      attempt(async () => {
        await call(tellApart, { params, body: { fileIds } })
        toast({ title: 'Remembered: these are no duplicates' })
      }),
  }
  return { act, isBusy }
}

type DuplicateGroupsProps = {
  organizationId: string
  groups: readonly DuplicateGroup[]
  picture: (file: File) => ReactNode
  onOpen: (file: File) => void
}
