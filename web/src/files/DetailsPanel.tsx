import type { File, FileDetails } from '@trove/contract/files'
import type { Place } from '@trove/contract/media-facts'
import { useQuery } from '@tanstack/react-query'
import { Check, Copy, Download, EyeOff, Pencil, RotateCw, TriangleAlert, UserPlus } from 'lucide-react'
import { lazy, Suspense, useState, type ReactNode } from 'react'
import { copyText } from '../lib/clipboard.ts'
import { downloadUrl } from '../lib/file-urls.ts'
import { formatBytes, formatCount, formatDateTime, formatDuration, formatPixels } from '../lib/format.ts'
import { isFetchable } from '../lib/scan.ts'
import { mayBeBare, saveBare, saveWhenBack } from '../lib/saving.ts'
import { Button } from '../ui/Button.tsx'
import { IconButton } from '../ui/IconButton.tsx'
import { Problem } from '../ui/Problem.tsx'
import { Skeleton } from '../ui/Skeleton.tsx'
import { cameraLines } from './camera.ts'
import { FilePicture } from './FilePicture.tsx'
import { typeName } from './kinds.ts'
import { DamageNotice } from './DamageNotice.tsx'
import { fileQuery, useRetryProcessing } from './queries.ts'
import { renaming } from './renaming.ts'

/** Its words are needed when details are looked at, and not before the first picture. */
const ScanNotice = lazy(() => import('./Scanned.tsx').then(({ ScanNotice: Notice }) => ({ default: Notice })))
const ProcessingSteps = lazy(() =>
  import('./ProcessingSteps.tsx').then(({ ProcessingSteps: Steps }) => ({ default: Steps })),
)
const ScanFact = lazy(() => import('./Scanned.tsx').then(({ ScanFact: Told }) => ({ default: Told })))
const Organizing = lazy(() => import('./organizing/Organizing.tsx').then(({ Organizing: Part }) => ({ default: Part })))
const HappenedFact = lazy(() =>
  import('./organizing/Organizing.tsx').then(({ HappenedFact: Told }) => ({ default: Told })),
)
const ReceiptFact = lazy(() => import('./ReceiptFact.tsx').then(({ ReceiptFact: Told }) => ({ default: Told })))

export type DetailsPanelProps = {
  fileId: string
  listed: File | undefined
  onShare?: (file: File) => void
  /** Which folder it is in. */
  folder?: (file: File) => ReactNode
  /** Where it was taken, on a map. */
  place?: (place: Place) => ReactNode
  /** What other rooms know of it. */
  children?: (file: File) => ReactNode
}

/** All that is known of one file. */
export function DetailsPanel({ fileId, listed, onShare, folder, place, children }: DetailsPanelProps) {
  const { data: details, error, refetch } = useQuery(fileQuery(fileId))
  const file = listed ?? details
  if (file === undefined)
    return error === null ? <PanelSkeleton /> : <Problem error={error} onRetry={() => void refetch()} />
  return (
    <div className="flex flex-col gap-5 p-4">
      <Picture file={file} />
      <div className="flex items-start gap-2">
        <h2 className="min-w-0 flex-1 text-base font-semibold break-words">{file.name}</h2>
        {file.rights.includes('write') && file.trashedAt === undefined && (
          <IconButton label="Rename" keys="F2" icon={<Pencil />} size="small" onClick={() => renaming.set(file)} />
        )}
      </div>
      {file.status === 'failed' && <Failure file={file} />}
      <Suspense>{file.scan !== undefined && <ScanNotice file={file} />}</Suspense>
      <DamageNotice file={file} />
      <Suspense>
        <ProcessingSteps fileId={file.id} />
      </Suspense>
      <Suspense fallback={<Skeleton className="h-16" />}>
        <Organizing file={file} details={details} />
      </Suspense>
      {file.rights.includes('download') && isFetchable(file) && (
        <a
          href={downloadUrl(file.id)}
          download=""
          onClick={(event) => saveWhenBack(event, file)}
          className="touchable inline-flex h-8 items-center justify-center gap-1.5 rounded-md border border-line bg-surface text-sm font-medium shadow-low transition-colors hover:bg-hover"
        >
          <Download aria-hidden className="size-4" /> Download original
          <span className="tabular font-normal text-ink-faint">{formatBytes(file.sizeBytes)}</span>
        </a>
      )}
      {file.rights.includes('download') && mayBeBare(file) && (
        <Button
          icon={<EyeOff className="size-4" />}
          className="-mt-2.5"
          title="The same, without place, camera, dates and names"
          onClick={() => void saveBare(file)}
        >
          Download without metadata
        </Button>
      )}
      {onShare !== undefined && file.rights.includes('share') && file.trashedAt === undefined && (
        <Button icon={<UserPlus className="size-4" />} className="-mt-2.5" onClick={() => onShare(file)}>
          Share
        </Button>
      )}
      <Facts
        file={file}
        details={details}
        folder={folder?.(file)}
        place={details?.place === undefined ? undefined : place?.(details.place)}
      />
      {children?.(file)}
    </div>
  )
}

function Picture({ file }: { file: File }) {
  const aspect = Math.min(2, Math.max(0.8, (file.widthPixels ?? 4) / (file.heightPixels ?? 3)))
  return (
    <div className="relative w-full overflow-hidden rounded-md" style={{ aspectRatio: aspect }}>
      <FilePicture file={file} width={328} height={328 / aspect} fit="contain" />
    </div>
  )
}

function Failure({ file }: { file: File }) {
  const retry = useRetryProcessing()
  return (
    <div className="flex flex-col items-start gap-2 rounded-md bg-warning-soft p-3 text-sm text-warning">
      <p className="flex gap-2">
        <TriangleAlert aria-hidden className="mt-px size-4 shrink-0" />
        <span>
          No preview could be made{file.failure === undefined ? '.' : `: ${file.failure}`} The original is safe
          {file.rights.includes('download') ? ' and can be downloaded' : ''}.
        </span>
      </p>
      {file.rights.includes('write') && (
        <Button
          size="small"
          icon={<RotateCw className="size-3.5" />}
          isBusy={retry.isPending}
          onClick={() => retry.mutate(file.id)}
        >
          Try again
        </Button>
      )}
      {retry.error !== null && <Problem error={retry.error} shape="line" />}
    </div>
  )
}

type FactsProps = { file: File; details: FileDetails | undefined; folder: ReactNode; place: ReactNode }

function Facts({ file, details, folder, place }: FactsProps) {
  const { widthPixels, heightPixels, durationMs, pages } = file
  return (
    <div className="flex flex-col gap-5">
      <Group title="File">
        <Fact name="Date">
          <Suspense fallback={<Skeleton className="h-5 w-32" />}>
            <HappenedFact file={details ?? file} />
          </Suspense>
        </Fact>
        {place !== undefined && <Fact name="Place">{place}</Fact>}
        {folder !== undefined && <Fact name="Folder">{folder}</Fact>}
        <Fact name="Type">{typeName(file)}</Fact>
        <Fact name="Size">{formatBytes(file.sizeBytes)}</Fact>
        {widthPixels !== undefined && heightPixels !== undefined && (
          <Fact name="Dimensions">{formatPixels(widthPixels, heightPixels)}</Fact>
        )}
        {durationMs !== undefined && <Fact name="Duration">{formatDuration(durationMs)}</Fact>}
        {pages !== undefined && <Fact name="Pages">{formatCount(pages, 'page')}</Fact>}
        {file.tier === 'cold' && <Fact name="Kept">In cold storage: it may take a while to fetch</Fact>}
        <Suspense>{details?.scan !== undefined && <ScanFact file={file} scan={details.scan} />}</Suspense>
        <Fact name="SHA-256">
          <Hash sha256={file.sha256} />
        </Fact>
      </Group>
      {details === undefined ? <Skeleton className="h-16" /> : <Media details={details} />}
      <Group title="History">
        <Fact name="Added">{formatDateTime(file.createdAt)}</Fact>
        <Fact name="By">{file.createdBy.name}</Fact>
        <Suspense>
          <ReceiptFact file={file} />
        </Suspense>
        {file.trashedAt !== undefined && <Fact name="In the trash since">{formatDateTime(file.trashedAt)}</Fact>}
      </Group>
    </div>
  )
}

function Media({ details }: { details: FileDetails }) {
  const lines = cameraLines(details.facts)
  if (lines.length === 0) return null
  return (
    <Group title="Media">
      {lines.map(([name, value]) => (
        <Fact key={name} name={name}>
          {value}
        </Fact>
      ))}
    </Group>
  )
}

function Group({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section aria-label={title}>
      <h3 className="mb-2 border-b border-line pb-1 text-xs font-medium text-ink-faint">{title}</h3>
      <dl className="flex flex-col gap-1.5">{children}</dl>
    </section>
  )
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="flex gap-3 text-sm">
      <dt className="w-24 shrink-0 text-ink-faint">{name}</dt>
      <dd className="tabular min-w-0 flex-1 break-words">{children}</dd>
    </div>
  )
}

function Hash({ sha256 }: { sha256: string }) {
  const [isCopied, setCopied] = useState(false)
  const copy = async () => {
    setCopied(await copyText(sha256))
    setTimeout(() => setCopied(false), 1_500)
  }
  return (
    <span className="-my-1 flex items-center gap-1">
      <code className="truncate font-mono text-xs" title={sha256}>
        {sha256.slice(0, 8)}…{sha256.slice(-8)}
      </code>
      <IconButton
        label={isCopied ? 'Copied' : 'Copy'}
        icon={isCopied ? <Check /> : <Copy />}
        size="small"
        onClick={() => void copy()}
      />
    </span>
  )
}

function PanelSkeleton() {
  return (
    <div className="flex flex-col gap-4 p-4" role="status" aria-label="Loading details">
      <Skeleton className="aspect-4/3 w-full" />
      <Skeleton className="h-5 w-3/4" />
      <Skeleton className="h-8" />
      <Skeleton className="h-32" />
    </div>
  )
}
