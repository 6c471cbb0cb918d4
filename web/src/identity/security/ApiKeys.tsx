import type { ApiKey } from '@trove/contract/api-keys'
import { useQuery } from '@tanstack/react-query'
import { Plus, Terminal, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { formatDate, formatDateTime } from '../../lib/format.ts'
import { sentenceOf } from '../../lib/problem.ts'
import { AskDialog } from '../../ui/AskDialog.tsx'
import { Badge } from '../../ui/Badge.tsx'
import { Button } from '../../ui/Button.tsx'
import { IconButton } from '../../ui/IconButton.tsx'
import { Problem } from '../../ui/Problem.tsx'
import { Skeleton } from '../../ui/Skeleton.tsx'
import { toast } from '../../ui/toast.ts'
import { ApiKeyDialog } from './ApiKeyDialog.tsx'
import { Line, Lines } from './Lines.tsx'
import { apiKeysQuery, useRevokeApiKey } from './queries.ts'
import { scopeOrder, scopeWords } from './scopes.ts'

/** Keys with which programs act in this person's name. */
export function ApiKeys({ isAdministrator }: { isAdministrator: boolean }) {
  const { data, error, refetch } = useQuery(apiKeysQuery)
  const [isMaking, setMaking] = useState(false)
  const [revoking, setRevoking] = useState<ApiKey | undefined>(undefined)
  if (error !== null) return <Problem error={error} onRetry={() => void refetch()} />
  if (data === undefined) return <Skeleton className="h-16" />
  return (
    <div className="flex flex-col gap-4">
      {data.items.length > 0 && (
        <Lines label="API keys">
          {data.items.map((apiKey) => (
            <Line
              key={apiKey.id}
              icon={<Terminal />}
              title={
                <>
                  {apiKey.name}
                  <span className="font-mono text-xs font-normal text-ink-faint">…{apiKey.ending}</span>
                  {hasExpired(apiKey) && <Badge tone="danger">Expired</Badge>}
                </>
              }
              actions={
                <IconButton
                  label={`Revoke ${apiKey.name}`}
                  tone="danger"
                  icon={<Trash2 />}
                  onClick={() => setRevoking(apiKey)}
                />
              }
            >
              {factsOf(apiKey)}
            </Line>
          ))}
        </Lines>
      )}
      <Button className="self-start" icon={<Plus aria-hidden className="size-4" />} onClick={() => setMaking(true)}>
        Make a key
      </Button>
      {isMaking && <ApiKeyDialog isAdministrator={isAdministrator} onClose={() => setMaking(false)} />}
      <RevokeDialog apiKey={revoking} onClose={() => setRevoking(undefined)} />
    </div>
  )
}

const hasExpired = ({ expiresAt }: ApiKey) => expiresAt !== null && Date.parse(expiresAt) <= Date.now()

function factsOf({ scopes, lastUsedAt, lastUsedIp, expiresAt }: ApiKey): string {
  const named = scopeOrder.filter((scope) => scopes.includes(scope)).map((scope) => scopeWords[scope].name)
  const from = lastUsedIp === null ? '' : ` from ${lastUsedIp}`
  const used = lastUsedAt === null ? 'never used' : `last used ${formatDateTime(lastUsedAt)}${from}`
  return `${named.join(', ')}. ${expiresAt === null ? 'No expiry' : `Until ${formatDate(expiresAt)}`}, ${used}.`
}

function RevokeDialog({ apiKey, onClose }: { apiKey: ApiKey | undefined; onClose: () => void }) {
  const revoke = useRevokeApiKey()
  const confirm = () => {
    if (apiKey === undefined) return
    onClose()
    revoke.mutate(apiKey.id, {
      onSuccess: () => toast({ title: `${apiKey.name} was revoked` }),
      onError: (problem) => toast({ tone: 'danger', title: `${apiKey.name} still works`, detail: sentenceOf(problem) }),
    })
  }
  return (
    <AskDialog
      title={`Revoke ${apiKey?.name ?? ''}?`}
      isOpen={apiKey !== undefined}
      onClose={onClose}
      apply="Revoke"
      tone="danger"
      onApply={confirm}
    >
      <p className="text-base text-ink-soft">Programs that use it are refused at once. This cannot be undone.</p>
    </AskDialog>
  )
}
