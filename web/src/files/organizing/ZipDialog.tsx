import { createZip } from '@trove/contract/downloads'
import type { Selection } from '@trove/contract/files'
import { useMutation } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { call } from '../../lib/api.ts'
import { formatBytes, formatCount } from '../../lib/format.ts'
import { untilMade } from '../../lib/saving.ts'
import { Button } from '../../ui/Button.tsx'
import { Checkbox } from '../../ui/Checkbox.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { Problem } from '../../ui/Problem.tsx'
import { Segmented } from '../../ui/Segmented.tsx'

/** What is chosen as one file to keep. */
export function ZipDialog({ organizationId, selection, count, onClose }: ZipDialogProps) {
  const [hasSidecars, setSidecars] = useState(false)
  const [isBare, setBare] = useState(false)
  const [waiting, setWaiting] = useState('')
  const isClosed = useRef(false)
  useEffect(() => {
    isClosed.current = false
    return () => {
      isClosed.current = true
    }
  }, [])
  const zip = useMutation({
    mutationFn: () => {
      if (selection === undefined) throw new Error('nothing is chosen')
      const query = isBare ? { isBare } : hasSidecars ? { hasSidecars } : {}
      const ask = () => {
        // Whoever has closed the dialog wants it no more.
        if (isClosed.current) throw new Error('the dialog was closed')
        return call(createZip, { params: { organizationId }, query, body: selection })
      }
      return untilMade(ask, setWaiting)
    },
    onSuccess({ url }) {
      const link = document.createElement('a')
      link.href = new URL(url, location.origin).pathname
      link.download = ''
      link.click()
    },
  })
  const { data } = zip
  return (
    <Dialog
      title={`Download ${formatCount(count, 'file')}`}
      description="As one ZIP: those that you may download."
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button tone="quiet" onClick={onClose}>
            {data === undefined ? 'Cancel' : 'Close'}
          </Button>
          {data === undefined && (
            <Button tone="primary" isBusy={zip.isPending} onClick={() => zip.mutate()}>
              Download
            </Button>
          )}
        </>
      }
    >
      {zip.error !== null && <Problem error={zip.error} shape="line" />}
      {data !== undefined && (
        <p className="text-sm" role="status">
          {formatCount(data.files, 'file')}, {formatBytes(data.sizeBytes)}, on the way to your downloads.
          {data.withheld > 0 &&
            ` ${formatCount(data.withheld, 'file')} not in it: infected, damaged${isBare ? ', of a type that cannot be without metadata,' : ''} or not checked for viruses yet.`}
        </p>
      )}
      {data === undefined && zip.error === null && (
        <div className="flex flex-col gap-3">
          <div className="self-start">
            <Segmented
              label="What is in it"
              value={isBare ? 'bare' : 'originals'}
              onChange={(value) => setBare(value === 'bare')}
              options={[
                { value: 'originals', label: 'Originals' },
                { value: 'bare', label: 'Without metadata' },
              ]}
            />
          </div>
          <p className="text-sm text-ink-soft">
            {isBare
              ? 'Copies that say nothing of place, camera, dates and people. Files of types that cannot be had so are left out.'
              : 'Exactly as they were uploaded.'}
          </p>
          {zip.isPending && waiting !== '' && (
            <p role="status" className="text-sm">
              {waiting} It is downloaded by itself.
            </p>
          )}
          {!isBare && (
            <Checkbox isChecked={hasSidecars} onChange={setSidecars}>
              With descriptions, tags and dates
              <span className="block text-xs text-ink-faint">
                In an XMP file beside each file of which somebody said something.
              </span>
            </Checkbox>
          )}
        </div>
      )}
    </Dialog>
  )
}

type ZipDialogProps = {
  organizationId: string
  /** Undefined when nothing is chosen any more. */
  selection: Selection | undefined
  count: number
  onClose: () => void
}
