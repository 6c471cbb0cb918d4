// What the frame of the page needs; forms are imported by the pages that show them, so that they load with them.
export { Confirmation } from './Confirmation.tsx'
export { keepAppearance } from './account/keep-appearance.ts'
export { VerifyBanner } from './account/VerifyBanner.tsx'
export { MeMenu } from './MeMenu.tsx'
export { installationQuery, signOut } from './queries.ts'
