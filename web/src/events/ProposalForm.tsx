import type { File } from '@trove/contract/files'
import { formatCount, formatDuration } from '../lib/format.ts'
import { Checkbox } from '../ui/Checkbox.tsx'
import { Field } from '../ui/Field.tsx'
import { kindIcons } from './EventCard.tsx'
import { firstPart, type Part } from './part.ts'
import { PartOfVideo } from './PartOfVideo.tsx'
import type { Proposal } from './propose.ts'
import { Thumb } from './Thumb.tsx'
import { kindNames } from './words.ts'

const SHOWN = 8

type FormProps = {
  proposal: Proposal
  files: readonly File[]
  title: string
  limitSeconds: number
  /** What is cut out of a video; undefined when nothing is. */
  part: Part | undefined
  onTitle: (title: string) => void
  onPart: (part: Part | undefined) => void
  /** Absent where it is the only one. */
  onTake?: (isTaken: boolean) => void
  isTaken: boolean
}

/** What is proposed, to be named and, of a video, cut. */
export function ProposalForm({
  proposal,
  files,
  title,
  limitSeconds,
  part,
  onTitle,
  onPart,
  onTake,
  isTaken,
}: FormProps) {
  const { kind, fileIds, tooLongMs, isComing } = proposal
  const Icon = kindIcons[kind]
  const shown = fileIds.slice(0, SHOWN).flatMap((id) => files.find((file) => file.id === id) ?? [])
  const limitMs = limitSeconds * 1_000
  const [video] = shown
  const mayCut = kind === 'clip' && (tooLongMs !== undefined || video?.rights.includes('download') === true)
  const bounds = mayCut && video?.durationMs !== undefined ? { durationMs: video.durationMs, limitMs } : undefined
  const about = kind === 'series' ? formatCount(fileIds.length, 'image') : (shown[0]?.name ?? '')
  const head = (
    <span className="flex min-w-0 items-center gap-2 text-sm font-medium">
      <Icon aria-hidden className="size-4 shrink-0 text-ink-soft" />
      <span className="shrink-0">{kindNames[kind]}</span>
      <span className="tabular min-w-0 truncate text-ink-soft">{about}</span>
      {kind === 'clip' && video?.durationMs !== undefined && (
        <span className="tabular shrink-0 text-ink-soft">{formatDuration(video.durationMs)}</span>
      )}
      {isComing && <span className="shrink-0 text-ink-soft">its length is not known yet</span>}
    </span>
  )
  const heading =
    onTake === undefined ? (
      head
    ) : (
      <Checkbox isChecked={isTaken} onChange={onTake}>
        {head}
      </Checkbox>
    )
  if (!isTaken) return <section aria-label={`${kindNames[kind]}: ${about}`}>{heading}</section>
  return (
    <section aria-label={`${kindNames[kind]}: ${about}`} className="flex flex-col gap-3">
      {heading}
      <ul aria-hidden className="flex gap-1.5 overflow-hidden">
        {shown.map((file) => (
          <li key={file.id} className="relative size-20 shrink-0 overflow-hidden rounded-md">
            <Thumb file={file} />
          </li>
        ))}
      </ul>
      <Field label="Title" value={title} maxLength={200} onChange={({ target }) => onTitle(target.value)} />
      {tooLongMs !== undefined && (
        <p className="rounded-md bg-warning-soft px-3 py-2 text-sm">
          It is {formatDuration(tooLongMs)} long; a clip is at most {formatDuration(limitMs)} here.
        </p>
      )}
      {bounds !== undefined && (
        <Checkbox isChecked={part !== undefined} onChange={(isCut) => onPart(isCut ? firstPart(bounds) : undefined)}>
          Make a clip of a part of it. The video itself stays as it is.
        </Checkbox>
      )}
      {bounds !== undefined && part !== undefined && video !== undefined && (
        <PartOfVideo file={video} part={part} bounds={bounds} onChange={onPart} />
      )}
    </section>
  )
}
