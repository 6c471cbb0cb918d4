import type { Kind } from '@trove/contract/media-types'
import type { Organization } from '@trove/contract/organizations'
import { Checkbox } from '../ui/Checkbox.tsx'
import { Problem } from '../ui/Problem.tsx'
import { useUpdateOrganization } from './queries.ts'

const KINDS: readonly { kind: Kind; name: string; examples: string }[] = [
  { kind: 'image', name: 'Images', examples: 'JPEG, HEIC, PNG, raw' },
  { kind: 'video', name: 'Videos', examples: 'MP4, MOV, MKV' },
  { kind: 'audio', name: 'Audio', examples: 'MP3, WAV, FLAC' },
  { kind: 'document', name: 'Documents', examples: 'PDF, Word, Excel' },
  { kind: 'text', name: 'Text', examples: 'plain text, CSV, subtitles' },
  { kind: 'archive', name: 'Archives', examples: 'ZIP, 7z, tar' },
  { kind: 'design', name: 'Design files', examples: 'Photoshop, Figma, fonts' },
  { kind: 'other', name: 'Other files', examples: 'anything not recognised, as a download' },
  { kind: 'executable', name: 'Programs', examples: 'Windows, macOS and Linux' },
  { kind: 'script', name: 'Scripts', examples: 'shell, Python, JavaScript' },
]

/** What may be uploaded; each tick is saved at once. */
export function KindsField({ organization, mayChange }: { organization: Organization; mayChange: boolean }) {
  const update = useUpdateOrganization(organization.id)
  const allowed = new Set(update.isPending ? update.variables.allowedKinds : organization.allowedKinds)
  const set = (kind: Kind, isAllowed: boolean) => {
    const next = new Set(allowed)
    if (isAllowed) next.add(kind)
    else next.delete(kind)
    update.mutate({ allowedKinds: [...next] })
  }
  return (
    <div className="flex flex-col gap-3">
      <div className="grid gap-x-6 gap-y-2 sm:grid-cols-2">
        {KINDS.map(({ kind, name, examples }) => (
          <Checkbox
            key={kind}
            isChecked={allowed.has(kind)}
            disabled={!mayChange}
            onChange={(isAllowed) => set(kind, isAllowed)}
          >
            {name} <span className="text-ink-faint">{examples}</span>
          </Checkbox>
        ))}
      </div>
      {update.error !== null && <Problem error={update.error} shape="line" />}
    </div>
  )
}
