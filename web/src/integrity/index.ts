export { DamagedList } from './DamagedList.tsx'
export { IntegrityOverview } from './IntegrityOverview.tsx'
