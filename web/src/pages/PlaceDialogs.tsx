import { PurgeDialog } from '../files/PurgeDialog.tsx'
import { RenameDialog } from '../files/RenameDialog.tsx'
import { MoveDialog, NamingDialog, type Load, type Target } from '../folders/index.ts'
import { LinksOf } from '../links/index.ts'
import { useOrganization } from '../organizations/index.ts'
import { ChangePreview, ShareDialog } from '../sharing/index.ts'

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
        links={(subject) => <LinksOf target={subject} controlsAll={controlsAll} />}
      />
      <NamingDialog />
      <RenameDialog />
      <PurgeDialog />
      <MoveDialog isTopOpen={!isGuest} preview={previewMove} />
    </>
  )
}

/** Who would see more or less of what is moved; only whoever may share it is told about others. */
function previewMove({ files, folders }: Load, target: Target) {
  const moved = [...folders, ...files]
  if (moved.some(({ rights }) => !rights.includes('share'))) return null
  return <ChangePreview changes={moved.map(({ id }) => ({ resourceId: id, change: { moveTo: target.id ?? null } }))} />
}
