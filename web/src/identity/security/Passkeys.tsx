import type { Passkey } from '@trove/contract/sign-in'
import { KeyRound, Pencil, Plus, Trash2 } from 'lucide-react'
import { useState, type FormEvent } from 'react'
import { formatDate, formatDateTime } from '../../lib/format.ts'
import { hasPasskeys } from '../../lib/passkeys.ts'
import { sentenceOf } from '../../lib/problem.ts'
import { AskDialog } from '../../ui/AskDialog.tsx'
import { Badge } from '../../ui/Badge.tsx'
import { Button } from '../../ui/Button.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { Field } from '../../ui/Field.tsx'
import { IconButton } from '../../ui/IconButton.tsx'
import { Problem } from '../../ui/Problem.tsx'
import { toast } from '../../ui/toast.ts'
import { Line, Lines } from './Lines.tsx'
import { useAddPasskey, useRemovePasskey, useRenamePasskey } from './queries.ts'
import { RecoveryCodesDialog } from './RecoveryCodes.tsx'

/** Keys that a device holds, opened by finger, face or PIN. */
export function Passkeys({ passkeys }: { passkeys: readonly Passkey[] }) {
  const [isNaming, setNaming] = useState(false)
  const [codes, setCodes] = useState<readonly string[]>([])
  const [renaming, setRenaming] = useState<Passkey | undefined>(undefined)
  const [removing, setRemoving] = useState<Passkey | undefined>(undefined)
  return (
    <div className="flex flex-col gap-4">
      {passkeys.length > 0 && (
        <Lines label="Passkeys">
          {passkeys.map((passkey) => (
            <Line
              key={passkey.id}
              icon={<KeyRound />}
              title={
                <>
                  {passkey.name}
                  {passkey.isSynced && <Badge>Synced</Badge>}
                </>
              }
              actions={
                <>
                  <IconButton label={`Rename ${passkey.name}`} icon={<Pencil />} onClick={() => setRenaming(passkey)} />
                  <IconButton
                    label={`Remove ${passkey.name}`}
                    tone="danger"
                    icon={<Trash2 />}
                    onClick={() => setRemoving(passkey)}
                  />
                </>
              }
            >
              Added {formatDate(passkey.createdAt)},{' '}
              {passkey.lastUsedAt === null ? 'never used' : `last used ${formatDateTime(passkey.lastUsedAt)}`}.
            </Line>
          ))}
        </Lines>
      )}
      {hasPasskeys() ? (
        <Button className="self-start" icon={<Plus aria-hidden className="size-4" />} onClick={() => setNaming(true)}>
          Add a passkey
        </Button>
      ) : (
        <p className="text-sm text-ink-soft">Passkeys can be added over https only, in a browser that knows them.</p>
      )}
      {isNaming && (
        <AddDialog
          onClose={() => setNaming(false)}
          onAdded={(made) => {
            setNaming(false)
            setCodes(made)
          }}
        />
      )}
      {renaming !== undefined && <RenameDialog passkey={renaming} onClose={() => setRenaming(undefined)} />}
      <RemoveDialog passkey={removing} onClose={() => setRemoving(undefined)} />
      <RecoveryCodesDialog codes={codes} onClose={() => setCodes([])} />
    </div>
  )
}

function AddDialog({ onClose, onAdded }: { onClose: () => void; onAdded: (recoveryCodes: string[]) => void }) {
  const add = useAddPasskey()
  return (
    <NameDialog
      title="Add a passkey"
      description="Your browser asks next where to keep it: on this device, on a phone or on a security key."
      name=""
      action="Continue"
      isBusy={add.isPending}
      error={add.error}
      onClose={onClose}
      onName={(name) =>
        add.mutate(name, {
          onSuccess(added) {
            if (added === undefined) return
            toast({ title: `${name} can sign you in now`, tone: 'success' })
            onAdded(added.recoveryCodes)
          },
        })
      }
    />
  )
}

function RenameDialog({ passkey, onClose }: { passkey: Passkey; onClose: () => void }) {
  const rename = useRenamePasskey()
  return (
    <NameDialog
      title="Rename the passkey"
      name={passkey.name}
      action="Rename"
      isBusy={rename.isPending}
      error={rename.error}
      onClose={onClose}
      onName={(name) => rename.mutate({ passkeyId: passkey.id, name }, { onSuccess: onClose })}
    />
  )
}

function NameDialog({ name: before, action, isBusy, error, onClose, onName, ...words }: NameDialogProps) {
  const [name, setName] = useState(before)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (name.trim() !== '') onName(name.trim())
  }
  return (
    <Dialog {...words} isOpen onClose={onClose}>
      <form onSubmit={submit} className="flex flex-col gap-4">
        <Field
          label="Name"
          hint="So that you know later which one it is: My phone, Blue key."
          autoFocus
          maxLength={100}
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        {error !== null && <Problem error={error} shape="line" />}
        <Button tone="primary" type="submit" isBusy={isBusy} disabled={name.trim() === ''}>
          {action}
        </Button>
      </form>
    </Dialog>
  )
}

type NameDialogProps = {
  title: string
  description?: string
  name: string
  action: string
  isBusy: boolean
  error: Error | null
  onClose: () => void
  onName: (name: string) => void
}

function RemoveDialog({ passkey, onClose }: { passkey: Passkey | undefined; onClose: () => void }) {
  const remove = useRemovePasskey()
  const confirm = () => {
    if (passkey === undefined) return
    onClose()
    remove.mutate(passkey.id, {
      onSuccess: () => toast({ title: `${passkey.name} was removed` }),
      onError: (problem) =>
        toast({ tone: 'danger', title: `${passkey.name} is still there`, detail: sentenceOf(problem) }),
    })
  }
  return (
    <AskDialog
      title={`Remove ${passkey?.name ?? ''}?`}
      isOpen={passkey !== undefined}
      onClose={onClose}
      apply="Remove"
      tone="danger"
      onApply={confirm}
    >
      <p className="text-base text-ink-soft">
        It can no longer sign you in. The device may go on offering it until you delete it there too.
      </p>
    </AskDialog>
  )
}
