import type { File } from '@trove/contract/files'
import type { Scan } from '@trove/contract/scan'
import { ShieldAlert, ShieldQuestion } from 'lucide-react'
import { cx } from '../lib/cx.ts'
import { formatDateTime } from '../lib/format.ts'
import { sentenceOf } from '../lib/problem.ts'
import { scanName, scanSentence } from '../lib/scan-words.ts'
import { scanMark } from '../lib/scan.ts'
import { Button } from '../ui/Button.tsx'
import { toast } from '../ui/toast.ts'
import { useScanAgain } from './queries.ts'

/** Says of a file that the scanner keeps back, why, and for whom it can be opened. */
export function ScanNotice({ file }: { file: File }) {
  const mark = scanMark(file.scan)
  if (mark === undefined) return null
  const Icon = mark.tone === 'danger' ? ShieldAlert : ShieldQuestion
  return (
    <p className={cx('flex gap-2 rounded-md p-3 text-sm', TONES[mark.tone])}>
      <Icon aria-hidden className="mt-px size-4 shrink-0" />
      <span className="min-w-0 break-words">{scanSentence(file)}</span>
    </p>
  )
}

const TONES = {
  danger: 'bg-danger-soft text-danger',
  warning: 'bg-warning-soft text-warning',
  plain: 'bg-active text-ink-soft',
}

/** What the scanner said last; whoever may change the file can have it asked again. */
export function ScanFact({ file, scan }: { file: File; scan: Scan }) {
  const again = useScanAgain()
  const wasAsked = scan.engine !== undefined || scan.reason !== undefined
  // Where no scanner was ever asked, there is nothing to say of each file.
  if (!wasAsked && scan.status === 'unscanned') return null
  const mayAsk = file.rights.includes('write') && wasAsked
  const ask = () =>
    again.mutate(file.id, {
      onSuccess: () => toast({ title: `${file.name} is being checked again` }),
      onError: (error) => toast({ tone: 'danger', title: 'It was not checked again', detail: sentenceOf(error) }),
    })
  return (
    <div className="flex gap-3 text-sm">
      <dt className="w-24 shrink-0 text-ink-faint">Virus check</dt>
      <dd className="min-w-0 flex-1 break-words">
        {scanName(scan)}
        {scan.scannedAt !== undefined && (
          <span className="block text-xs text-ink-faint">
            {formatDateTime(scan.scannedAt)}
            {scan.engine !== undefined && ` · ${scan.engine}`}
          </span>
        )}
        {mayAsk && (
          <Button size="small" className="mt-1.5" isBusy={again.isPending} onClick={ask}>
            Check again
          </Button>
        )}
      </dd>
    </div>
  )
}
