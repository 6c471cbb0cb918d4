// What the frame of the page needs; the rest is imported by the pages that show it.
export { SecurityNotice } from './SecurityNotice.tsx'
