import type { Scope } from '@trove/contract/access'
import { Check, Copy } from 'lucide-react'
import { useState, type FormEvent } from 'react'
import { copyText } from '../../lib/clipboard.ts'
import { Button } from '../../ui/Button.tsx'
import { Checkbox } from '../../ui/Checkbox.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { Field } from '../../ui/Field.tsx'
import { Problem } from '../../ui/Problem.tsx'
import { Select } from '../../ui/Select.tsx'
import { useCreateApiKey } from './queries.ts'
import { scopeOrder, scopeWords } from './scopes.ts'

const DAY_MS = 86_400_000
const LIVES = [
  { value: '30', label: '30 days' },
  { value: '90', label: '90 days' },
  { value: '365', label: 'A year' },
  { value: 'never', label: 'No expiry' },
] as const
type Life = (typeof LIVES)[number]['value']

/** Makes a key, and shows it once. */
export function ApiKeyDialog({ isAdministrator, onClose }: { isAdministrator: boolean; onClose: () => void }) {
  const create = useCreateApiKey()
  const [name, setName] = useState('')
  const [scopes, setScopes] = useState<readonly Scope[]>(['read', 'download'])
  const [life, setLife] = useState<Life>('90')
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (name.trim() === '' || scopes.length === 0) return
    const expiresAt = life === 'never' ? undefined : new Date(Date.now() + Number(life) * DAY_MS).toISOString()
    create.mutate({ name: name.trim(), scopes: [...scopes], ...(expiresAt !== undefined && { expiresAt }) })
  }
  if (create.data !== undefined) return <Made token={create.data.token} onClose={onClose} />
  const toggle = (scope: Scope) => (isChecked: boolean) =>
    setScopes((now) => (isChecked ? [...now, scope] : now.filter((one) => one !== scope)))
  return (
    <Dialog
      title="Make an API key"
      description="For a script or program. It never may more than you, and nothing about sign-in."
      isOpen
      onClose={onClose}
    >
      <form onSubmit={submit} className="flex flex-col gap-4">
        <Field
          label="Name"
          hint="What will use it: Nightly backup."
          autoFocus
          maxLength={100}
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <fieldset className="flex flex-col gap-2">
          <legend className="mb-2 text-sm font-medium">It may</legend>
          {scopeOrder
            .filter((scope) => scope !== 'administer' || isAdministrator)
            .map((scope) => (
              <Checkbox key={scope} isChecked={scopes.includes(scope)} onChange={toggle(scope)}>
                {scopeWords[scope].name}
                <span className="text-ink-faint">: {scopeWords[scope].hint}</span>
              </Checkbox>
            ))}
        </fieldset>
        <Select label="Good for" value={life} onChange={setLife} options={LIVES} />
        {create.error !== null && <Problem error={create.error} shape="line" />}
        <Button
          tone="primary"
          type="submit"
          isBusy={create.isPending}
          disabled={name.trim() === '' || scopes.length === 0}
        >
          Make the key
        </Button>
      </form>
    </Dialog>
  )
}

function Made({ token, onClose }: { token: string; onClose: () => void }) {
  const [isCopied, setCopied] = useState(false)
  return (
    <Dialog
      title="Keep this key"
      description="It is shown now and never again. Whoever has it can do what you allowed it."
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button
            icon={isCopied ? <Check aria-hidden className="size-4" /> : <Copy aria-hidden className="size-4" />}
            onClick={() => void copyText(token).then(setCopied)}
          >
            {isCopied ? 'Copied' : 'Copy'}
          </Button>
          <Button tone="primary" onClick={onClose}>
            I have kept it
          </Button>
        </>
      }
    >
      <code className="block rounded-md bg-sunken px-3 py-2 font-mono text-sm break-all select-all">{token}</code>
    </Dialog>
  )
}
