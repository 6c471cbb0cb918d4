import { useState, type FormEvent } from 'react'
import { useStore } from '../lib/store.ts'
import { Button } from '../ui/Button.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { Field } from '../ui/Field.tsx'
import { Problem } from '../ui/Problem.tsx'
import { naming, type Naming } from './stores.ts'
import { useFolderActions } from './useFolderActions.ts'

/** Names a new folder, or another name for one. Once, in the page. */
export function NamingDialog() {
  const subject = useStore(naming)
  if (subject === undefined) return null
  return <NamingForm subject={subject} />
}

function NamingForm({ subject }: { subject: Naming }) {
  const { create, rename } = useFolderActions()
  const isNew = subject.kind === 'new'
  const [name, setName] = useState(isNew ? '' : subject.folder.name)
  const [error, setError] = useState<unknown>(undefined)
  const [isBusy, setBusy] = useState(false)
  const wanted = name.trim()
  const close = () => naming.set(undefined)
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    if (wanted === '' || isBusy) return
    if (!isNew) {
      close()
      return rename(subject.folder, wanted)
    }
    setBusy(true)
    try {
      const folder = await create(subject.organizationId, subject.parent.id, wanted)
      close()
      focusFolder(folder.id)
    } catch (refusal) {
      setError(refusal)
      setBusy(false)
    }
  }
  return (
    <Dialog
      title={isNew ? 'New folder' : 'Rename folder'}
      {...(isNew && subject.parent.id !== undefined ? { description: `In ${subject.parent.name}` } : {})}
      isOpen
      onClose={close}
      actions={
        <>
          <Button tone="quiet" onClick={close}>
            Cancel
          </Button>
          <Button tone="primary" type="submit" form="folder-name" isBusy={isBusy} disabled={wanted === ''}>
            {isNew ? 'Create' : 'Rename'}
          </Button>
        </>
      }
    >
      <form id="folder-name" onSubmit={(event) => void submit(event)} className="flex flex-col gap-3">
        <Field
          label="Name"
          value={name}
          maxLength={255}
          autoFocus
          autoComplete="off"
          onFocus={(event) => event.target.select()}
          onChange={(event) => setName(event.target.value)}
        />
        {error !== undefined && <Problem error={error} shape="line" />}
      </form>
    </Dialog>
  )
}

/** The folder just made has the keyboard, so that Enter goes into it. */
function focusFolder(folderId: string): void {
  setTimeout(() => document.querySelector<HTMLElement>(`[data-folder="${folderId}"]`)?.focus(), 120)
}
