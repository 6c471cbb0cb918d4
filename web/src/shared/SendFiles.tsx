import type { SharedLink } from '@trove/contract/shared'
import { CircleAlert, CircleCheck, RotateCw, Upload, X } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { cx } from '../lib/cx.ts'
import { formatBytes, formatCount, formatShare } from '../lib/format.ts'
import { useStore } from '../lib/store.ts'
import { Button } from '../ui/Button.tsx'
import { Field } from '../ui/Field.tsx'
import { IconButton } from '../ui/IconButton.tsx'
import { Progress } from '../ui/Progress.tsx'
import { createSender, type Sender, type Sending } from './sending.ts'

export type SendFilesProps = {
  shared: SharedLink & { upload: NonNullable<SharedLink['upload']> }
  /** Everything in a drop, folders included; must be called while it is being handled. */
  gather: (transfer: DataTransfer) => Promise<readonly { file: File }[]>
  /** When a file has arrived: those who may see them want it shown. */
  onArrived: () => void
}

/** Where strangers put files: chosen or dropped anywhere on the page, and what becomes of each. */
export function SendFiles({ shared, gather, onArrived }: SendFilesProps) {
  const [sender] = useState(() => createSender(shared.id, shared.upload.maxFileBytes))
  const [name, setName] = useState('')
  const sendings = useStore(sender.sendings)
  const chooser = useRef<HTMLInputElement>(null)
  const add = (files: readonly File[]) => sender.add(files, name.trim())
  const isOver = useDrops(gather, add)
  useArrivals(sendings, onArrived)
  useLeaving(sender, sendings)

  const canSee = shared.allows.includes('view')
  const choose = (
    <Button tone={canSee ? 'plain' : 'primary'} size="large" onClick={() => chooser.current?.click()}>
      Choose files
    </Button>
  )
  return (
    <section aria-label="Send files" className="flex flex-col gap-4">
      <div
        className={cx(
          'flex gap-x-6 gap-y-4 rounded-lg border-2 border-dashed px-5 transition-colors',
          isOver ? 'border-accent bg-accent-soft' : 'border-line-strong bg-surface',
          canSee ? 'flex-wrap items-center justify-between py-5' : 'flex-col items-center py-8 text-center',
        )}
      >
        <div className={cx('flex min-w-0 gap-4', canSee ? 'items-center' : 'flex-col items-center')}>
          <span
            aria-hidden
            className="flex size-12 shrink-0 items-center justify-center rounded-full bg-accent-soft text-accent"
          >
            <Upload className="size-5" />
          </span>
          <div>
            <p className="text-lg font-semibold">{isOver ? 'Drop to send' : 'Drop files here'}</p>
            <p className="mt-0.5 text-sm text-balance text-ink-soft">
              Up to {formatBytes(shared.upload.maxFileBytes)} each.
              {!canSee && ' Only whoever sent you the link can see them.'}
            </p>
          </div>
        </div>
        <input
          ref={chooser}
          type="file"
          multiple
          tabIndex={-1}
          aria-label="Files to send"
          className="sr-only"
          onChange={({ currentTarget }) => {
            add([...(currentTarget.files ?? [])])
            currentTarget.value = ''
          }}
        />
        <div className={cx('flex gap-x-3 gap-y-4', canSee ? 'flex-wrap items-start' : 'w-full flex-col items-center')}>
          {!canSee && choose}
          <Field
            label="Your name or e-mail"
            hint="Optional. Told to whoever gets the files."
            autoComplete="name"
            maxLength={200}
            value={name}
            onChange={({ target }) => setName(target.value)}
            className="w-72 max-w-full text-left max-sm:w-full"
          />
          {canSee && <div className="self-center max-sm:w-full max-sm:[&>button]:w-full">{choose}</div>}
        </div>
      </div>
      {sendings.length > 0 && <Sendings sendings={sendings} sender={sender} />}
    </section>
  )
}

function Sendings({ sendings, sender }: { sendings: readonly Sending[]; sender: Sender }) {
  const done = sendings.filter(({ state }) => state === 'done').length
  const isAllSent = done === sendings.length
  return (
    <div className="overflow-hidden rounded-lg border border-line bg-surface">
      <p role="status" className="border-b border-line px-4 py-2.5 text-sm font-medium">
        {isAllSent
          ? `${formatCount(done, 'file')} sent. Thank you.`
          : `${done} of ${formatCount(sendings.length, 'file')} sent`}
      </p>
      <ul aria-label="Files on their way" className="max-h-80 overflow-y-auto">
        {sendings.map((sending) => (
          <Line key={sending.key} sending={sending} sender={sender} />
        ))}
      </ul>
    </div>
  )
}

function Line({ sending, sender }: { sending: Sending; sender: Sender }) {
  const { key, name, sizeBytes, state, bytesSent, reason, canRetry } = sending
  const isMoving = state === 'sending' || state === 'retrying'
  return (
    <li className="flex items-center gap-3 border-b border-line px-4 py-2 last:border-0">
      <span aria-hidden className="flex size-5 shrink-0 items-center justify-center [&_svg]:size-4">
        {state === 'done' && <CircleCheck className="text-success" />}
        {state === 'failed' && <CircleAlert className="text-danger" />}
      </span>
      <div className="min-w-0 flex-1">
        <p className="flex items-baseline justify-between gap-3 text-sm">
          <span className="truncate">{name}</span>
          <span className="tabular shrink-0 text-xs text-ink-faint">
            {isMoving ? formatShare(bytesSent, sizeBytes) : formatBytes(sizeBytes)}
          </span>
        </p>
        {isMoving && (
          <Progress
            label={`${name} is being sent`}
            share={bytesSent / sizeBytes}
            tone={state === 'retrying' ? 'warning' : 'accent'}
            className="mt-1.5"
          />
        )}
        {reason !== undefined && (
          <p className={cx('mt-0.5 text-xs', state === 'failed' ? 'text-danger' : 'text-ink-soft')}>
            {state === 'failed' && 'Not sent. '}
            {reason}
          </p>
        )}
        {state === 'waiting' && <p className="mt-0.5 text-xs text-ink-faint">Waiting</p>}
      </div>
      {state === 'failed' && canRetry && (
        <IconButton label={`Send ${name} again`} size="small" icon={<RotateCw />} onClick={() => sender.retry(key)} />
      )}
      {state !== 'done' && (
        <IconButton
          label={state === 'failed' ? `Take ${name} off the list` : `Do not send ${name}`}
          size="small"
          icon={<X />}
          onClick={() => sender.cancel(key)}
        />
      )}
    </li>
  )
}

/** The whole page takes files: one that is dropped beside the frame would open in place of the page. */
function useDrops(gather: SendFilesProps['gather'], add: (files: readonly File[]) => void): boolean {
  const [isOver, setOver] = useState(false)
  const current = useRef({ gather, add })
  current.current = { gather, add }
  useEffect(() => {
    let depth = 0
    const brings = (event: DragEvent) => event.dataTransfer?.types.includes('Files') === true
    const move = (by: number) => (event: DragEvent) => {
      if (!brings(event)) return
      event.preventDefault()
      depth = Math.max(0, depth + by)
      setOver(depth > 0)
    }
    const drop = (event: DragEvent) => {
      depth = 0
      setOver(false)
      if (!brings(event) || event.dataTransfer === null) return
      event.preventDefault()
      void current.current
        .gather(event.dataTransfer)
        .then((picked) => current.current.add(picked.map(({ file }) => file)))
    }
    const listeners: [keyof WindowEventMap, (event: DragEvent) => void][] = [
      ['dragenter', move(1)],
      ['dragleave', move(-1)],
      ['dragover', move(0)],
      ['drop', drop],
    ]
    for (const [name, listener] of listeners) addEventListener(name, listener as EventListener)
    return () => {
      for (const [name, listener] of listeners) removeEventListener(name, listener as EventListener)
    }
  }, [])
  return isOver
}

function useArrivals(sendings: readonly Sending[], onArrived: () => void): void {
  const done = sendings.filter(({ state }) => state === 'done').length
  const current = useRef(onArrived)
  current.current = onArrived
  useEffect(() => {
    if (done > 0) current.current()
  }, [done])
}

/** The browser asks before bytes that only this page has are lost. */
function useLeaving(sender: Sender, sendings: readonly Sending[]): void {
  const isUnderWay = sendings.some(({ state }) => state === 'waiting' || state === 'sending' || state === 'retrying')
  useEffect(() => {
    if (!isUnderWay) return
    const warn = (event: BeforeUnloadEvent) => event.preventDefault()
    addEventListener('beforeunload', warn)
    return () => removeEventListener('beforeunload', warn)
  }, [isUnderWay])
  useEffect(() => () => sender.stop(), [sender])
}
