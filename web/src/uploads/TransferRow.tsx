import {
  Archive,
  CircleAlert,
  CircleCheck,
  File,
  FileText,
  Image,
  Music,
  Pause,
  Play,
  ReceiptText,
  RotateCw,
  Video,
  X,
  type LucideIcon,
} from 'lucide-react'
import { memo, useState } from 'react'
import { getFileVariant, type VariantName } from '@trove/contract/files'
import { typeOfExtension, type Kind, type KnownType } from '@trove/contract/media-types'
import { pathOf } from '../lib/api.ts'
import { cx } from '../lib/cx.ts'
import { apiUrl } from '../lib/place.ts'
import { Button } from '../ui/Button.tsx'
import { IconButton } from '../ui/IconButton.tsx'
import { Progress } from '../ui/Progress.tsx'
import { isEnded, isPending, type Transfer } from './model.ts'
import { useUploads } from './UploadProvider.tsx'
import { rowLine, splitName } from './words.ts'

/** One file in the tray. */
export const TransferRow = memo(function TransferRow({ transfer, nowMs }: { transfer: Transfer; nowMs: number }) {
  const { state, name, folder, reason } = transfer
  const [head, tail] = splitName(name)
  const isFailed = state === 'failed'
  return (
    <div className="group flex items-start gap-3 px-3 py-2">
      <Picture transfer={transfer} />
      <div className="min-w-0 flex-1">
        <p className="flex text-sm font-medium" title={folder === '' ? name : `${folder}/${name}`}>
          <span className="truncate whitespace-pre!">{head}</span>
          <span className="shrink-0 whitespace-pre">{tail}</span>
        </p>
        <p
          className={cx(
            'tabular text-xs',
            isFailed || state === 'unshown' ? 'line-clamp-4' : state === 'needs-file' ? 'line-clamp-2' : 'truncate',
            LINE_TONES[state] ?? 'text-ink-faint',
          )}
          title={isFailed ? undefined : reason}
        >
          {rowLine(transfer, nowMs)}
        </p>
        <Bar transfer={transfer} />
      </div>
      <Actions transfer={transfer} />
    </div>
  )
})

const LINE_TONES: Partial<Record<Transfer['state'], string>> = {
  'needs-file': 'text-warning',
  retrying: 'text-warning',
  unshown: 'text-warning',
  failed: 'text-danger',
}

function Bar({ transfer }: { transfer: Transfer }) {
  const { state, name, bytesSent, sizeBytes } = transfer
  if (isEnded(transfer) || (state === 'waiting' && bytesSent === 0)) return null
  const label = `${name}: ${state}`
  if (state === 'checking' || state === 'processing') return <Progress label={label} className="mt-1.5 h-0.5!" />
  const tone = state === 'uploading' ? 'accent' : state === 'retrying' || state === 'needs-file' ? 'warning' : 'idle'
  return <Progress label={label} share={Math.min(0.99, bytesSent / sizeBytes)} tone={tone} className="mt-1.5 h-0.5!" />
}

function Actions({ transfer }: { transfer: Transfer }) {
  const { engine, pick } = useUploads()
  const { key, state, name, canRetry } = transfer
  const keys = [key]
  // With a mouse the row stays quiet until somebody comes near it; what asks for a decision does not.
  const isQuiet = state === 'uploading' || state === 'waiting' || state === 'elsewhere'
  return (
    <div
      className={cx(
        '-my-0.5 -mr-1.5 flex shrink-0',
        isQuiet &&
          'group-focus-within:opacity-100 group-hover:opacity-100 pointer-fine:opacity-0 pointer-fine:transition-opacity',
      )}
    >
      {(state === 'uploading' || state === 'waiting' || state === 'retrying') && (
        <IconButton
          label={`Pause ${name}`}
          icon={<Pause />}
          size="small"
          side="top"
          onClick={() => engine.pause(keys)}
        />
      )}
      {state === 'paused' && (
        <IconButton
          label={`Resume ${name}`}
          icon={<Play />}
          size="small"
          side="top"
          onClick={() => engine.resume(keys)}
        />
      )}
      {(state === 'unshown' || (state === 'failed' && canRetry)) && (
        <IconButton
          label={`Try ${name} again`}
          icon={<RotateCw />}
          size="small"
          side="top"
          onClick={() => engine.retry(keys)}
        />
      )}
      {state === 'needs-file' && (
        <Button
          size="small"
          className="mr-0.5"
          onClick={() => (transfer.needs === 'permission' ? void engine.allow() : pick())}
        >
          {transfer.needs === 'permission' ? 'Go on' : 'Choose'}
        </Button>
      )}
      {state === 'elsewhere' && transfer.lastModifiedMs === undefined && (
        <IconButton
          label={`Choose ${name} to go on from here`}
          icon={<Play />}
          size="small"
          side="top"
          onClick={() => pick()}
        />
      )}
      {isPending(transfer) && (
        <IconButton label={`Cancel ${name}`} icon={<X />} size="small" side="top" onClick={() => engine.cancel(keys)} />
      )}
      {(state === 'failed' || state === 'unshown') && (
        <IconButton
          label={`Remove ${name} from this list`}
          icon={<X />}
          size="small"
          side="top"
          onClick={() => engine.dismiss(keys)}
        />
      )}
      {(state === 'ready' || state === 'unshown') && transfer.fileId !== undefined && (
        <Receipt fileId={transfer.fileId} name={name} />
      )}
      {state === 'ready' && (
        <span className="flex size-7 items-center justify-center text-success">
          <CircleCheck aria-label="Uploaded" className="size-4" />
        </span>
      )}
    </div>
  )
}

/** The signed proof that its bytes are here. */
function Receipt({ fileId, name }: { fileId: string; name: string }) {
  const save = async () => (await import('../lib/receipt.ts')).saveReceipt({ id: fileId, name })
  return (
    <IconButton
      label={`Save the receipt of ${name}`}
      icon={<ReceiptText />}
      size="small"
      side="top"
      className="group-focus-within:opacity-100 group-hover:opacity-100 pointer-fine:opacity-0 pointer-fine:transition-opacity"
      onClick={() => void save()}
    />
  )
}

function Picture({ transfer: { name, state, fileId } }: { transfer: Transfer }) {
  const [isMissing, setMissing] = useState(false)
  const type = typeOfExtension(name)
  const Icon = state === 'failed' ? CircleAlert : iconOf(type?.kind)
  const variant = variantOf(type)
  const hasPicture = state === 'ready' && fileId !== undefined && variant !== undefined && !isMissing
  return (
    <span
      className={cx(
        'flex size-9 shrink-0 items-center justify-center overflow-hidden rounded-xs',
        state === 'failed' ? 'bg-danger-soft text-danger' : 'bg-sunken text-ink-faint',
      )}
    >
      {hasPicture ? (
        <img
          src={apiUrl(pathOf(getFileVariant, { params: { fileId, variant } }))}
          alt=""
          className="size-full object-cover"
          loading="lazy"
          onError={() => setMissing(true)}
        />
      ) : (
        <Icon aria-hidden className="size-4" strokeWidth={1.75} />
      )}
    </span>
  )
}

/** Which picture stands for a file of a type; undefined for those that have none. */
function variantOf(type: KnownType | undefined): VariantName | undefined {
  if (type?.kind === 'image') return 'thumbnail'
  if (type?.kind === 'video') return 'poster'
  return type?.mediaType === 'application/pdf' ? 'preview' : undefined
}

function iconOf(kind: Kind | undefined): LucideIcon {
  switch (kind) {
    case 'image':
      return Image
    case 'video':
      return Video
    case 'audio':
      return Music
    case 'document':
    case 'text':
      return FileText
    case 'archive':
      return Archive
    default:
      return File
  }
}
