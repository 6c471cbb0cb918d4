import { purgeFiles } from '@trove/contract/file-uses'
import type { File } from '@trove/contract/files'
import { useState } from 'react'
import { call, isProblem, sentenceOf } from '../lib/api.ts'
import { formatCount } from '../lib/format.ts'
import { useStore } from '../lib/store.ts'
import { Button } from '../ui/Button.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { toast } from '../ui/toast.ts'
import type { Listing } from './listing/listing.ts'
import { purging } from './purging.ts'

/** Asks before files go for good, and says where they are shown. Once, in a place. */
export function PurgeDialog() {
  const asked = useStore(purging)
  return asked === undefined ? null : <Asking {...asked} />
}

type Use = { id: string; name: string }

function Asking({ listing, files }: { listing: Listing; files: readonly File[] }) {
  const [used, setUsed] = useState<{ uses: Use[]; hasOthers: boolean } | undefined>(undefined)
  const [failure, setFailure] = useState<string | undefined>(undefined)
  const [isBusy, setBusy] = useState(false)
  const close = () => purging.set(undefined)
  const what = files.length === 1 ? (files[0]?.name ?? 'the file') : formatCount(files.length, 'file')

  async function purge(detach: boolean) {
    const { organizationId } = listing.filter
    setBusy(true)
    setFailure(undefined)
    try {
      const body = { fileIds: files.map(({ id }) => id), detach }
      const { count } = await call(purgeFiles, { params: { organizationId }, body })
      close()
      listing.reload()
      const title = count === 0 ? 'Nothing was deleted' : `${formatCount(count, 'file')} deleted for good`
      toast({ title, ...(count < files.length && { detail: 'Only whoever holds every right on a file may do that.' }) })
    } catch (error) {
      if (isProblem(error, 'in-use')) setUsed(usedOf(error.members))
      else setFailure(sentenceOf(error))
    } finally {
      setBusy(false)
    }
  }

  return (
    <Dialog
      title={`Delete ${what} for good?`}
      description="This cannot be undone."
      isOpen
      onClose={close}
      actions={
        <>
          <Button onClick={close}>Keep in the trash</Button>
          <Button tone="danger" isBusy={isBusy} onClick={() => void purge(used !== undefined)}>
            {used === undefined ? 'Delete for good' : 'Take out and delete'}
          </Button>
        </>
      }
    >
      {used !== undefined && (
        <div role="alert" className="rounded-md bg-warning-soft px-3 py-2 text-sm">
          <p>{files.length === 1 ? 'It is' : 'Some of them are'} still shown here, and would be missing there:</p>
          <ul className="mt-1 list-disc pl-5">
            {used.uses.map(({ id, name }) => (
              <li key={id} className="break-words">
                {name}
              </li>
            ))}
            {used.hasOthers && <li>{used.uses.length === 0 ? 'An event' : 'Others'} that you cannot see</li>}
          </ul>
        </div>
      )}
      {failure !== undefined && (
        <p role="alert" className="text-sm text-danger">
          {failure}
        </p>
      )}
    </Dialog>
  )
}

/** What the refusal says of where they are, each place once. */
function usedOf(members: Readonly<Record<string, unknown>>): { uses: Use[]; hasOthers: boolean } {
  const told = Array.isArray(members['uses']) ? (members['uses'] as Use[]) : []
  return { uses: [...new Map(told.map((use) => [use.id, use])).values()], hasOthers: members['hasOthers'] === true }
}
