// What the frame of the page needs; forms are imported by the pages that show them, so that they load with them.
export { Confirmation } from './Confirmation.tsx'
export { MeMenu } from './MeMenu.tsx'
export { installationQuery, signOut } from './queries.ts'
