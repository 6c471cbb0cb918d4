export { LinksOf, type LinksOfProps } from './LinksOf.tsx'
export { LinksOverview } from './LinksOverview.tsx'
