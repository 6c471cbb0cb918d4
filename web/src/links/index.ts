export { LinksOf } from './LinksOf.tsx'
export { LinksOverview } from './LinksOverview.tsx'
