export { requireMember, requireOpen } from '../organizations/index.ts'
export { giveUnseen, giveWith, listUnshared, ungive, ungiveUnshown } from './along/operations.ts'
export { createDecisions, narrow, require, rightsOf, rightsOfUser } from './decision/operations.ts'
export {
  deleteResources,
  insertResource,
  isLive,
  listSupervisors,
  principalsOf,
  readersAmong,
  rightsSum,
  rightsSumOfAll,
  type Row,
} from './decision/store.ts'
export { grantFilesToLink, grantTo, takeBack } from './grants/operations.ts'
export { lockTree } from './grants/store.ts'
export { grantMany, ungrantMany, type GivenGrant } from './grants/many.ts'
export { moveInto, moveSome } from './grants/moving.ts'
export { accessRoutes } from './routes.ts'
export { rightsIn } from './rules.ts'
export { accessTasks } from './tasks.ts'
