import type { CreatedLink } from '@trove/contract/links'
import { Check, Copy, QrCode } from 'lucide-react'
import { lazy, Suspense, useId, useState } from 'react'
import { copyText } from '../lib/clipboard.ts'
import { Button } from '../ui/Button.tsx'
import { inputClass } from '../ui/Field.tsx'
import { Spinner } from '../ui/Spinner.tsx'
import { toast } from '../ui/toast.ts'
import { termWords } from './words.ts'

const Code = lazy(() => import('qrcode.react').then(({ QRCodeSVG }) => ({ default: QRCodeSVG })))
const QR_PIXELS = 168

/** A link that was just made. Its address is told this once: only its hash is kept. */
export function FreshLink({ link, onDone }: { link: CreatedLink; onDone: () => void }) {
  const id = useId()
  const [isCopied, setCopied] = useState(false)
  // Without a public address of its own the server tells only the path.
  const address = new URL(link.url, document.baseURI).href
  const [showsCode, setShowsCode] = useState(false)
  const copy = async () => {
    const isDone = await copyText(address)
    setCopied(isDone)
    if (!isDone) toast({ tone: 'danger', title: 'Not copied', detail: 'Select the address and copy it by hand.' })
  }
  return (
    <section
      aria-label="The new link"
      className="flex flex-col gap-4 rounded-lg border border-accent bg-accent-soft p-4"
    >
      <div>
        <label htmlFor={id} className="text-base font-semibold">
          Copy the address now
        </label>
        <p className="text-sm text-ink-soft">
          It is shown this once. Whoever has it can open it. {termWords(link).join(' · ')}.
        </p>
      </div>
      <div className="flex gap-2 max-sm:flex-col">
        <input
          id={id}
          readOnly
          autoFocus
          value={address}
          onFocus={({ currentTarget }) => currentTarget.select()}
          className={`${inputClass} min-w-0 font-mono text-sm sm:flex-1`}
        />
        <Button
          tone="primary"
          className="h-9"
          icon={isCopied ? <Check aria-hidden className="size-4" /> : <Copy aria-hidden className="size-4" />}
          onClick={() => void copy()}
        >
          {isCopied ? 'Copied' : 'Copy'}
        </Button>
      </div>
      {showsCode && (
        <div className="flex min-h-[200px] items-center justify-center self-start rounded-md bg-white p-4">
          <Suspense fallback={<Spinner />}>
            <Code value={address} size={QR_PIXELS} title="The address as a QR code" />
          </Suspense>
        </div>
      )}
      <div className="flex justify-between gap-2">
        <Button
          tone="quiet"
          icon={<QrCode aria-hidden className="size-4" />}
          aria-expanded={showsCode}
          onClick={() => setShowsCode(!showsCode)}
        >
          QR code
        </Button>
        <Button onClick={onDone}>Done</Button>
      </div>
    </section>
  )
}
