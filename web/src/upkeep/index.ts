export { UpkeepList } from './UpkeepList.tsx'
