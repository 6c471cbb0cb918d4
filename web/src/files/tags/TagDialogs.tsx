import { TAG_LENGTH, type CountedTag, type TagRef } from '@trove/contract/tags'
import { useMutation, useQueryClient, type QueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { formatCount } from '../../lib/format.ts'
import { AskDialog, type AskDialogProps } from '../../ui/AskDialog.tsx'
import { Field } from '../../ui/Field.tsx'
import { Problem } from '../../ui/Problem.tsx'
import { TagField } from '../organizing/TagField.tsx'
import { merge, remove, rename } from './queries.ts'

export type TagAsked = { deed: 'rename' | 'merge' | 'delete'; tag: CountedTag }

/** Asks how a tag is to be changed. */
export function TagDialogs({ asked: { deed, tag }, onClose }: { asked: TagAsked; onClose: () => void }) {
  if (deed === 'rename') return <RenameTag tag={tag} onClose={onClose} />
  if (deed === 'merge') return <MergeTag tag={tag} onClose={onClose} />
  return <DeleteTag tag={tag} onClose={onClose} />
}

type DialogProps = { tag: CountedTag; onClose: () => void }

function useDeed(onClose: () => void) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (run: (queries: QueryClient) => Promise<void>) => run(queries),
    onSuccess: onClose,
  })
}

/** `12 files`; of many only that there are at least so many. */
export const filesOf = ({ files, isMore }: Pick<CountedTag, 'files' | 'isMore'>): string =>
  isMore === true ? `${new Intl.NumberFormat().format(files)} files or more` : formatCount(files, 'file')

function RenameTag({ tag, onClose }: DialogProps) {
  const [name, setName] = useState(tag.name)
  const deed = useDeed(onClose)
  const wanted = name.trim()
  const canSave = wanted !== '' && wanted !== tag.name
  const save = () => canSave && deed.mutate((queries) => rename(queries, tag, wanted))
  return (
    <Ask
      title={`Rename ${tag.name}`}
      lead="Everywhere: files and events that carry it carry the new name."
      apply="Rename"
      canApply={canSave}
      deed={deed}
      onApply={save}
      onClose={onClose}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault()
          save()
        }}
      >
        <Field
          label="Name"
          value={name}
          maxLength={TAG_LENGTH}
          autoFocus
          autoComplete="off"
          onFocus={({ target }) => target.select()}
          onChange={({ target }) => setName(target.value)}
        />
      </form>
    </Ask>
  )
}

function MergeTag({ tag, onClose }: DialogProps) {
  const [into, setInto] = useState<TagRef>()
  const deed = useDeed(onClose)
  return (
    <Ask
      title={`Merge ${tag.name} into another tag`}
      lead={`${filesOf(tag)} and the events that carry it carry the other instead, and ${tag.name} is gone. This cannot be undone.`}
      apply={into === undefined ? 'Merge' : `Merge into ${into.name}`}
      canApply={into !== undefined}
      deed={deed}
      onApply={() => into !== undefined && deed.mutate((queries) => merge(queries, tag, into.id))}
      onClose={onClose}
    >
      <div className="flex min-h-40 flex-col gap-1.5">
        <span className="text-sm font-medium">Into</span>
        <TagField
          organizationId={tag.organizationId}
          label="The tag that stays"
          placeholder="Choose a tag"
          tags={into === undefined ? [] : [into]}
          without={tag.id}
          mayMake={false}
          autoFocus
          onAdd={setInto}
          onRemove={() => setInto(undefined)}
        />
      </div>
    </Ask>
  )
}

function DeleteTag({ tag, onClose }: DialogProps) {
  const deed = useDeed(onClose)
  return (
    <Ask
      title={`Delete the tag ${tag.name}?`}
      lead="This cannot be undone."
      apply="Delete"
      tone="danger"
      deed={deed}
      onApply={() => deed.mutate((queries) => remove(queries, tag))}
      onClose={onClose}
    >
      <p className="text-sm">
        {tag.files === 0
          ? 'No file that you can see carries it. Events that carry it lose it and stay.'
          : `${filesOf(tag)} that you can see, and the events that carry it, lose it. They stay.`}
      </p>
    </Ask>
  )
}

type AskProps = Omit<AskDialogProps, 'isBusy'> & { deed: ReturnType<typeof useDeed> }

/** Stays open with the refusal when there is one. */
function Ask({ deed, children, ...asked }: AskProps) {
  return (
    <AskDialog {...asked} isBusy={deed.isPending}>
      <div className="flex flex-col gap-3">
        {children}
        {deed.error !== null && <Problem error={deed.error} shape="line" />}
      </div>
    </AskDialog>
  )
}
