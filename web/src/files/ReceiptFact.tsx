import type { Receipt } from '@trove/contract/receipts'
import type { File } from '@trove/contract/files'
import { Check, Copy, Download } from 'lucide-react'
import { useState } from 'react'
import { copyText } from '../lib/clipboard.ts'
import { saveReceipt, withReceipt } from '../lib/receipt.ts'
import { Button } from '../ui/Button.tsx'
import { IconButton } from '../ui/IconButton.tsx'

const COPIED_MS = 1_500

/** Hands out the server's promise that the bytes of a file are safe. */
export function ReceiptFact({ file }: { file: File }) {
  const [isBusy, setBusy] = useState(false)
  const [isCopied, setCopied] = useState(false)
  const run = async (deed: Promise<void>) => {
    setBusy(true)
    await deed
    setBusy(false)
  }
  const copy = async ({ receipt }: Receipt) => {
    setCopied(await copyText(receipt))
    setTimeout(() => setCopied(false), COPIED_MS)
  }
  return (
    <div className="flex gap-3 text-sm">
      <dt className="w-24 shrink-0 text-ink-faint">Receipt</dt>
      <dd className="min-w-0 flex-1">
        <p className="text-xs text-ink-faint">
          Signed proof that exactly these bytes arrived here, and when. Anybody can check it.
        </p>
        <div className="mt-1.5 flex items-center gap-1">
          <Button
            size="small"
            icon={<Download className="size-3.5" />}
            isBusy={isBusy}
            onClick={() => void run(saveReceipt(file))}
          >
            Save receipt
          </Button>
          <IconButton
            label={isCopied ? 'Copied' : 'Copy receipt'}
            icon={isCopied ? <Check /> : <Copy />}
            size="small"
            onClick={() => void run(withReceipt(file, copy))}
          />
        </div>
      </dd>
    </div>
  )
}
