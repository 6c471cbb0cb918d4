import { getReceipt, type Receipt } from '@trove/contract/receipts'
import type { File } from '@trove/contract/files'
import { Check, Copy, Download } from 'lucide-react'
import { useState } from 'react'
import { call } from '../lib/api.ts'
import { copyText } from '../lib/clipboard.ts'
import { sentenceOf } from '../lib/problem.ts'
import { saveText } from '../lib/save-text.ts'
import { Button } from '../ui/Button.tsx'
import { IconButton } from '../ui/IconButton.tsx'
import { toast } from '../ui/toast.ts'
import { receiptText } from './receipt-text.ts'

const COPIED_MS = 1_500

/** Hands out the server's promise that the bytes of a file are safe. */
export function ReceiptFact({ file }: { file: File }) {
  const [isBusy, setBusy] = useState(false)
  const [isCopied, setCopied] = useState(false)
  const withReceipt = async (hand: (receipt: Receipt) => Promise<void> | void) => {
    setBusy(true)
    try {
      await hand(await call(getReceipt, { params: { fileId: file.id } }))
    } catch (error) {
      toast({ tone: 'danger', title: 'There is no receipt now', detail: sentenceOf(error) })
    } finally {
      setBusy(false)
    }
  }
  const save = (receipt: Receipt) => {
    saveText(`${file.name} receipt.txt`, receiptText(file.name, receipt, document.baseURI))
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
            onClick={() => void withReceipt(save)}
          >
            Save receipt
          </Button>
          <IconButton
            label={isCopied ? 'Copied' : 'Copy receipt'}
            icon={isCopied ? <Check /> : <Copy />}
            size="small"
            onClick={() => void withReceipt(copy)}
          />
        </div>
      </dd>
    </div>
  )
}
