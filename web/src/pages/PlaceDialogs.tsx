import { PurgeDialog } from '../files/PurgeDialog.tsx'
import { RenameDialog } from '../files/RenameDialog.tsx'
import { MoveDialog, NamingDialog, type Load, type Target } from '../folders/index.ts'
import { LinksOf, type LinksOfProps } from '../links/index.ts'
import { useOrganization } from '../organizations/index.ts'
import { ChangePreview, ShareDialog } from '../sharing/index.ts'
import type { Sharing } from '../sharing/subject.ts'

/** The dialogs of the rooms that a place of files brings together. Once, in a place. */
export function PlaceDialogs() {
  const organization = useOrganization()
  const isGuest = organization.role === 'guest'
  const controlsAll = organization.role === 'owner' || organization.role === 'admin'
  return (
    <>
      <ShareDialog
        organization={organization}
        maySearch={!isGuest}
        links={(subject) => <LinksOf target={linkedBy(subject)} controlsAll={controlsAll} />}
      />
      <NamingDialog />
      <RenameDialog />
      <PurgeDialog />
      <MoveDialog isTopOpen={!isGuest} preview={previewMove} />
    </>
  )
}

/** A link is of files or of a folder: of an event, it is of what that shows, and of one alone with what is said there. */
function linkedBy({ organizationId, resources }: Sharing): LinksOfProps['target'] {
  const linked = new Map<string, LinksOfProps['target']['resources'][number]>()
  for (const { id, kind, rights, fileIds = [] } of resources) {
    if (kind !== 'event') linked.set(id, { id, kind, rights })
    else for (const fileId of fileIds) linked.set(fileId, { id: fileId, kind: 'file', rights })
  }
  const [only] = resources
  const isEvent = resources.length === 1 && only?.kind === 'event'
  return { organizationId, resources: [...linked.values()], ...(isEvent && { eventId: only.id }) }
}

/** Who would see more or less of what is moved; only whoever may share it is told about others. */
function previewMove({ files, folders, others }: Load, target: Target) {
  const moved = [...folders, ...files, ...(others?.moved ?? [])]
  if (moved.some(({ rights }) => !rights.includes('share'))) return null
  return <ChangePreview changes={moved.map(({ id }) => ({ resourceId: id, change: { moveTo: target.id ?? null } }))} />
}
