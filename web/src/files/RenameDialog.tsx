import { useState, type FormEvent } from 'react'
import { useStore } from '../lib/store.ts'
import { Button } from '../ui/Button.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { Field } from '../ui/Field.tsx'
import { rename } from './actions.ts'
import { renaming } from './renaming.ts'

/** Once, in the page. */
export function RenameDialog() {
  const file = useStore(renaming)
  if (file === undefined) return null
  return <RenameForm key={file.id} file={file} />
}

function RenameForm({ file }: { file: NonNullable<ReturnType<typeof renaming.get>> }) {
  const [name, setName] = useState(file.name)
  const close = () => renaming.set(undefined)
  const wanted = name.trim()
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (wanted === '') return
    close()
    void rename(file, wanted)
  }
  return (
    <Dialog title="Rename" isOpen onClose={close}>
      <form onSubmit={submit} className="flex flex-col gap-4">
        <Field
          label="Name"
          value={name}
          maxLength={255}
          autoFocus
          onChange={(event) => setName(event.target.value)}
          onFocus={(event) => event.target.setSelectionRange(0, stemLength(file.name))}
          error={wanted === '' ? 'A file needs a name.' : undefined}
        />
        <div className="flex justify-end gap-2">
          <Button tone="quiet" onClick={close}>
            Cancel
          </Button>
          <Button tone="primary" type="submit" disabled={wanted === ''}>
            Rename
          </Button>
        </div>
      </form>
    </Dialog>
  )
}

/** The part before the extension: what people mean to change. */
function stemLength(name: string): number {
  const dot = name.lastIndexOf('.')
  return dot > 0 ? dot : name.length
}
