import { Check, Copy, Download } from 'lucide-react'
import { useState } from 'react'
import { copyText } from '../../lib/clipboard.ts'
import { Button } from '../../ui/Button.tsx'
import { Dialog } from '../../ui/Dialog.tsx'

/** Shown once, straight after they were made. */
export function RecoveryCodesDialog({ codes, onClose }: { codes: readonly string[]; onClose: () => void }) {
  const [isCopied, setCopied] = useState(false)
  const text = codes.join('\n')
  const save = () => {
    const url = URL.createObjectURL(new Blob([`${text}\n`], { type: 'text/plain' }))
    const link = document.createElement('a')
    link.href = url
    link.download = 'trove-recovery-codes.txt'
    link.click()
    URL.revokeObjectURL(url)
  }
  return (
    <Dialog
      title="Keep your recovery codes"
      description="When you lose your phone and your passkeys, one of these lets you in. Each works once. They are shown now and never again."
      isOpen={codes.length > 0}
      onClose={onClose}
      actions={
        <>
          <Button icon={<Download aria-hidden className="size-4" />} onClick={save}>
            Save
          </Button>
          <Button
            icon={isCopied ? <Check aria-hidden className="size-4" /> : <Copy aria-hidden className="size-4" />}
            onClick={() => void copyText(text).then(setCopied)}
          >
            {isCopied ? 'Copied' : 'Copy'}
          </Button>
          <Button tone="primary" onClick={onClose}>
            I have kept them
          </Button>
        </>
      }
    >
      <ul aria-label="Recovery codes" className="rounded-md bg-sunken px-3 py-2 font-mono text-sm leading-6 select-all">
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
    </Dialog>
  )
}
