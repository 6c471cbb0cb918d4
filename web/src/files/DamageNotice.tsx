import type { File } from '@trove/contract/files'
import { verifyFile } from '@trove/contract/integrity'
import { useMutation } from '@tanstack/react-query'
import { TriangleAlert } from 'lucide-react'
import { call } from '../lib/api.ts'
import { damageSentence } from '../lib/keeping.ts'
import { sentenceOf } from '../lib/problem.ts'
import { Button } from '../ui/Button.tsx'
import { toast } from '../ui/toast.ts'

/** Says of a file that its stored bytes are damaged, and what can be done about it. */
export function DamageNotice({ file }: { file: File }) {
  const again = useMutation({
    mutationFn: () => call(verifyFile, { params: { fileId: file.id } }),
    onSuccess: () => toast({ title: `${file.name} is being read again` }),
    onError: (error) => toast({ tone: 'danger', title: 'It was not read again', detail: sentenceOf(error) }),
  })
  const sentence = damageSentence(file)
  if (sentence === undefined) return null
  return (
    <div className="flex flex-col items-start gap-2 rounded-md bg-danger-soft p-3 text-sm text-danger">
      <p className="flex gap-2">
        <TriangleAlert aria-hidden className="mt-px size-4 shrink-0" />
        <span>{sentence}</span>
      </p>
      {file.rights.includes('write') && file.trashedAt === undefined && (
        <Button size="small" isBusy={again.isPending} onClick={() => again.mutate()}>
          Read it again
        </Button>
      )}
    </div>
  )
}
