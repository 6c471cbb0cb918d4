export type { SessionFilter, UploadFilter } from './queries.ts'
export { SessionList, type SessionLink } from './SessionList.tsx'
export { SessionView } from './SessionView.tsx'
