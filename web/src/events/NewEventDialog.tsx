import { getFile, type File } from '@trove/contract/files'
import { useQueries, useQueryClient } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { call, sentenceOf } from '../lib/api.ts'
import { formatCount } from '../lib/format.ts'
import { useStore } from '../lib/store.ts'
import { Button } from '../ui/Button.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { toast } from '../ui/toast.ts'
import { askForTrim, makeEvent } from './deeds.ts'
import { AddToSeries } from './AddToSeries.tsx'
import { Cutting } from './Cutting.tsx'
import { making, MOST_IN_ONE, type Making } from './making.ts'
import { firstPart, type Part } from './part.ts'
import { ProposalForm } from './ProposalForm.tsx'
import { leftOut, propose, type Proposal } from './propose.ts'
import { refreshEvents } from './queries.ts'
import { kindNames } from './words.ts'

/** While something is still being looked at, it is asked about again so soon. */
const AGAIN_MS = 1_500
/** So many files that are left out are told by name. */
const NAMED = 5

type Deeds = { onMade: (eventId: string) => void; clipLimitSeconds: number }

/** Makes photos, series and clips of files with one press. Once, in the page. */
export function NewEventDialog(deeds: Deeds) {
  const asked = useStore(making)
  return asked === undefined ? null : <Made key={asked.fileIds.join()} asked={asked} {...deeds} />
}

function Made({ asked, onMade, clipLimitSeconds }: Deeds & { asked: Making }) {
  const { organizationId, folderId, folderName } = asked
  const files = useFiles(asked)
  const proposals = useMemo(
    () => propose(files.known, { clipLimitSeconds, folderName }),
    [files.known, clipLimitSeconds, folderName],
  )
  const [titles, setTitles] = useState<Record<string, string>>({})
  /** What is cut out of each video; null where somebody wants nothing cut. */
  const [parts, setParts] = useState<Record<string, Part | null>>({})
  /** Proposals that somebody does not want. */
  const [refused, setRefused] = useState<ReadonlySet<string>>(new Set())
  const [trims, setTrims] = useState<string[]>([])
  /** Ids by proposal: after a failure those that are there already are not made once more. */
  const [done] = useState({ made: new Map<string, string>(), cut: new Map<string, string>() })
  const [failure, setFailure] = useState<string | undefined>(undefined)
  const [isBusy, setBusy] = useState(false)
  const queries = useQueryClient()
  const close = () => making.set(undefined)
  const titleOf = (proposal: Proposal) => titles[keyOf(proposal)] ?? proposal.title
  const partOf = (proposal: Proposal): Part | undefined => {
    const { tooLongMs } = proposal
    const part = parts[keyOf(proposal)]
    if (part !== undefined) return part ?? undefined
    return tooLongMs === undefined ? undefined : firstPart({ durationMs: tooLongMs, limitMs: clipLimitSeconds * 1_000 })
  }
  const isTaken = (proposal: Proposal) => !refused.has(keyOf(proposal))
  const wanted = proposals.filter(
    (proposal) => isTaken(proposal) && (proposal.tooLongMs === undefined || partOf(proposal) !== undefined),
  )
  const isWaiting = files.isComing || wanted.some(({ isComing }) => isComing)
  const place = folderId === undefined ? {} : { folderId }

  async function make() {
    setBusy(true)
    setFailure(undefined)
    try {
      for (const proposal of wanted) {
        const key = keyOf(proposal)
        if (done.made.has(key) || done.cut.has(key)) continue
        const title = titleOf(proposal).trim()
        const { kind, fileIds } = proposal
        const part = partOf(proposal)
        if (part === undefined)
          done.made.set(key, (await makeEvent(organizationId, { kind, title, fileIds, ...place })).id)
        else
          done.cut.set(key, (await askForTrim(organizationId, { fileId: fileIds[0] ?? '', part, title, ...place })).id)
      }
      const [made, cut] = [[...done.made.values()], [...done.cut.values()]]
      await refreshEvents(queries, organizationId)
      if (cut.length > 0) return setTrims(cut)
      close()
      const [first] = made
      if (made.length === 1 && first !== undefined) onMade(first)
      toast({
        title:
          made.length === 1
            ? `${kindNames[wanted[0]?.kind ?? 'photo']} made`
            : `${formatCount(made.length, 'event')} made`,
      })
    } catch (error) {
      setFailure(sentenceOf(error))
    } finally {
      setBusy(false)
    }
  }

  if (trims.length > 0) return <Cutting trimIds={trims} onMade={onMade} onClose={close} />
  const isNamed = wanted.every((proposal) => titleOf(proposal).trim() !== '')
  return (
    <Dialog
      title="New event"
      description={isWaiting ? 'Some files are still being looked at.' : describe(proposals)}
      isOpen
      onClose={close}
      width="wide"
      actions={
        <>
          <Button tone="quiet" onClick={close}>
            Cancel
          </Button>
          <Button
            tone="primary"
            isBusy={isBusy}
            disabled={wanted.length === 0 || isWaiting || !isNamed}
            onClick={() => void make()}
          >
            {isWaiting ? 'Waiting for the files' : verb(wanted, partOf)}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-6">
        {proposals.map((proposal) => (
          <ProposalForm
            key={keyOf(proposal)}
            proposal={proposal}
            files={files.known}
            title={titleOf(proposal)}
            limitSeconds={clipLimitSeconds}
            part={partOf(proposal)}
            onTitle={(title) => setTitles((now) => ({ ...now, [keyOf(proposal)]: title }))}
            isTaken={isTaken(proposal)}
            {...(proposals.length > 1 && {
              onTake: (isNow: boolean) => setRefused((now) => changed(now, keyOf(proposal), !isNow)),
            })}
            onPart={(part) => setParts((now) => ({ ...now, [keyOf(proposal)]: part ?? null }))}
          />
        ))}
        {proposals.some(({ kind }) => kind !== 'clip') && (
          <AddToSeries
            organizationId={organizationId}
            files={files.known.filter(({ id }) =>
              proposals.some((one) => one.kind !== 'clip' && one.fileIds.includes(id)),
            )}
            onAdded={(eventId) => {
              close()
              onMade(eventId)
            }}
          />
        )}
        {proposals.length > 0 && <LeftOut files={leftOut(files.known)} />}
        {proposals.length === 0 && !files.isComing && (
          <p className="text-sm text-ink-soft">
            An event shows images or videos. There are none among these files that you can see.
          </p>
        )}
        <p role="alert" className="text-sm text-danger empty:hidden">
          {failure}
        </p>
      </div>
    </Dialog>
  )
}

/** What nothing is made of is told, so that nobody misses it later. */
function LeftOut({ files }: { files: readonly File[] }) {
  if (files.length === 0) return null
  const named = files.slice(0, NAMED).map(({ name }) => name)
  const more = files.length > NAMED ? ` and ${formatCount(files.length - NAMED, 'other file')}` : ''
  return (
    <p className="text-sm break-words text-ink-soft">
      Left out, for {files.length === 1 ? 'it is' : 'they are'} no image or video that can be shown: {named.join(', ')}
      {more}.
    </p>
  )
}

function changed(keys: ReadonlySet<string>, key: string, isIn: boolean): ReadonlySet<string> {
  const next = new Set(keys)
  if (isIn) next.add(key)
  else next.delete(key)
  return next
}

const keyOf = ({ kind, fileIds }: Proposal): string => `${kind} ${fileIds[0]}`

function describe(proposals: readonly Proposal[]): string {
  if (proposals.length <= 1) return 'Its files stay where they are, and are shown together.'
  return 'Those with a tick are made, and can be changed later. The files stay where they are.'
}

function verb(wanted: readonly Proposal[], partOf: (proposal: Proposal) => Part | undefined): string {
  if (wanted.length !== 1) return wanted.length === 0 ? 'Make it' : `Make ${formatCount(wanted.length, 'event')}`
  const [only] = wanted as [Proposal]
  if (partOf(only) !== undefined) return 'Cut and make a clip'
  return { photo: 'Make a photo', series: 'Make a photo series', clip: 'Make a video clip' }[only.kind]
}

/** The files, asked about again while one is still being looked at. */
function useFiles({ files = [], fileIds }: Making): { known: readonly File[]; isComing: boolean } {
  const given = new Map(files.map((file) => [file.id, file]))
  const asked = fileIds.slice(0, MOST_IN_ONE).filter((id) => isOpen(given.get(id)))
  return useQueries({
    queries: asked.map((fileId) => ({
      queryKey: ['file', fileId],
      queryFn: ({ signal }: { signal: AbortSignal }) => call(getFile, { params: { fileId } }, signal),
      refetchInterval: (query: { state: { data: File | undefined } }) => (isOpen(query.state.data) ? AGAIN_MS : false),
    })),
    combine: (results) => {
      const fresh = new Map(results.flatMap(({ data }) => (data === undefined ? [] : [[data.id, data] as const])))
      const known = fileIds.slice(0, MOST_IN_ONE).flatMap((id) => fresh.get(id) ?? given.get(id) ?? [])
      // An image can be shown before its picture is there; how long a video is must be known.
      const isComing = results.some(({ isPending, data }) => isPending || (data?.kind === 'video' && isOpen(data)))
      return { known, isComing }
    },
  })
}

const isOpen = (file: File | undefined): boolean =>
  file === undefined || file.status === 'pending' || file.status === 'processing'
