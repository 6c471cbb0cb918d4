// What dialogs and pages about sharing need. The library, which is shown first, takes what it needs file by file.
export { AccessSection } from './AccessSection.tsx'
export { ChangePreview } from './ChangePreview.tsx'
export { PersonAccessList } from './PersonAccessList.tsx'
export { usePersonName } from './queries.ts'
export { ShareDialog } from './ShareDialog.tsx'
