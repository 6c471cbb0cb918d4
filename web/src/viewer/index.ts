export type { Siblings } from './siblings.ts'
export { Viewer, type ViewerProps } from './Viewer.tsx'
