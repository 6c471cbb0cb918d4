export { JumpToDate } from './JumpToDate.tsx'
export { renderHeading, scrubLabel } from './headings.tsx'
