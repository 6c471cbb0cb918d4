import { getFile, type File } from '@trove/contract/files'
import { useQueries, useQuery, useQueryClient } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { call, sentenceOf } from '../lib/api.ts'
import { formatCount, formatDuration } from '../lib/format.ts'
import { useStore } from '../lib/store.ts'
import { Button } from '../ui/Button.tsx'
import { Checkbox } from '../ui/Checkbox.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { Field } from '../ui/Field.tsx'
import { Progress } from '../ui/Progress.tsx'
import { toast } from '../ui/toast.ts'
import { askForTrim, makeEvent } from './deeds.ts'
import { AddToSeries } from './AddToSeries.tsx'
import { kindIcons } from './EventCard.tsx'
import { making, MOST_IN_ONE, type Making } from './making.ts'
import { propose, type Proposal } from './propose.ts'
import { refreshEvents, trimQuery } from './queries.ts'
import { Thumb } from './Thumb.tsx'
import { kindNames } from './words.ts'

/** While something is still being looked at, it is asked about again so soon. */
const AGAIN_MS = 1_500
const SHOWN = 8

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
  const [uncut, setUncut] = useState<ReadonlySet<string>>(new Set())
  const [trims, setTrims] = useState<string[]>([])
  const [failure, setFailure] = useState<string | undefined>(undefined)
  const [isBusy, setBusy] = useState(false)
  const queries = useQueryClient()
  const close = () => making.set(undefined)
  const titleOf = (proposal: Proposal) => titles[keyOf(proposal)] ?? proposal.title
  const wanted = proposals.filter((proposal) => proposal.tooLongMs === undefined || !uncut.has(keyOf(proposal)))
  const isWaiting = files.isComing || proposals.some(({ isComing }) => isComing)
  const place = folderId === undefined ? {} : { folderId }

  async function make() {
    setBusy(true)
    setFailure(undefined)
    try {
      const made: string[] = []
      const cut: string[] = []
      for (const proposal of wanted) {
        const title = titleOf(proposal).trim()
        const { kind, fileIds, tooLongMs } = proposal
        if (tooLongMs === undefined) made.push((await makeEvent(organizationId, { kind, title, fileIds, ...place })).id)
        else cut.push((await askForTrim(organizationId, { fileId: fileIds[0] ?? '', startMs: 0, title, ...place })).id)
      }
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
            {isWaiting ? 'Waiting for the files' : verb(wanted)}
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
            isCut={!uncut.has(keyOf(proposal))}
            onTitle={(title) => setTitles((now) => ({ ...now, [keyOf(proposal)]: title }))}
            onCut={(isCut) =>
              setUncut((now) => {
                const next = new Set(now)
                if (isCut) next.delete(keyOf(proposal))
                else next.add(keyOf(proposal))
                return next
              })
            }
          />
        ))}
        {proposals.some(({ kind }) => kind !== 'clip') && (
          <AddToSeries
            organizationId={organizationId}
            files={files.known.filter(({ kind }) => kind === 'image')}
            onAdded={(eventId) => {
              close()
              onMade(eventId)
            }}
          />
        )}
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

const keyOf = ({ kind, fileIds }: Proposal): string => `${kind} ${fileIds[0]}`

function describe(proposals: readonly Proposal[]): string {
  if (proposals.length <= 1) return 'Its files stay where they are, and are shown together.'
  return 'Each of these is made, and can be changed later. The files stay where they are.'
}

function verb(wanted: readonly Proposal[]): string {
  if (wanted.length !== 1) return wanted.length === 0 ? 'Make it' : `Make ${formatCount(wanted.length, 'event')}`
  const [{ kind, tooLongMs }] = wanted as [Proposal]
  if (tooLongMs !== undefined) return 'Cut and make a clip'
  return { photo: 'Make a photo', series: 'Make a photo series', clip: 'Make a video clip' }[kind]
}

type FormProps = {
  proposal: Proposal
  files: readonly File[]
  title: string
  limitSeconds: number
  isCut: boolean
  onTitle: (title: string) => void
  onCut: (isCut: boolean) => void
}

function ProposalForm({ proposal, files, title, limitSeconds, isCut, onTitle, onCut }: FormProps) {
  const { kind, fileIds, tooLongMs, isComing } = proposal
  const Icon = kindIcons[kind]
  const shown = fileIds.slice(0, SHOWN).flatMap((id) => files.find((file) => file.id === id) ?? [])
  const limit = formatDuration(limitSeconds * 1_000)
  return (
    <section aria-label={kindNames[kind]} className="flex flex-col gap-3">
      <p className="flex items-center gap-2 text-sm font-medium">
        <Icon aria-hidden className="size-4 text-ink-soft" />
        {kindNames[kind]}
        {kind === 'series' && <span className="tabular text-ink-soft">{formatCount(fileIds.length, 'image')}</span>}
        {isComing && <span className="text-ink-soft">its length is not known yet</span>}
      </p>
      <ul aria-hidden className="flex gap-1.5 overflow-hidden">
        {shown.map((file) => (
          <li key={file.id} className="relative size-20 shrink-0 overflow-hidden rounded-md">
            <Thumb file={file} />
          </li>
        ))}
      </ul>
      <Field label="Title" value={title} maxLength={200} onChange={({ target }) => onTitle(target.value)} />
      {tooLongMs !== undefined && (
        <div className="rounded-md bg-warning-soft px-3 py-2 text-sm">
          <p className="mb-1.5">
            It is {formatDuration(tooLongMs)} long; a clip is at most {limit} here.
          </p>
          <Checkbox isChecked={isCut} onChange={onCut}>
            Make a clip of the first {limit}. The video itself stays as it is.
          </Checkbox>
        </div>
      )}
    </section>
  )
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

type CuttingProps = { trimIds: string[]; onMade: (eventId: string) => void; onClose: () => void }

/** How far the cutting is. It goes on by itself when the dialog is closed. */
function Cutting({ trimIds, onMade, onClose }: CuttingProps) {
  return (
    <Dialog
      title="Cutting the clip"
      description="It goes on by itself when you close this. The clip appears among the events."
      isOpen
      onClose={onClose}
      actions={<Button onClick={onClose}>Close</Button>}
    >
      <div className="flex flex-col gap-4">
        {trimIds.map((trimId) => (
          <CuttingOne
            key={trimId}
            trimId={trimId}
            onMade={(eventId) => {
              onClose()
              onMade(eventId)
            }}
          />
        ))}
      </div>
    </Dialog>
  )
}

function CuttingOne({ trimId, onMade }: { trimId: string; onMade: (eventId: string) => void }) {
  const { data, error } = useQuery(trimQuery(trimId))
  if (error !== null && data === undefined) return <p className="text-sm text-danger">{sentenceOf(error)}</p>
  if (data?.status === 'failed') return <p className="text-sm text-danger">{data.failure}</p>
  const { eventId } = data ?? {}
  if (data?.status === 'done' && eventId !== undefined)
    return (
      <div className="flex items-center justify-between gap-3">
        <p className="text-sm">The clip is there.</p>
        <Button tone="primary" onClick={() => onMade(eventId)}>
          Open it
        </Button>
      </div>
    )
  return <Progress label="Cutting" share={data?.progress ?? 0} />
}
