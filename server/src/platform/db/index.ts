export { connect, inTransaction, rehearse, withoutWaiting, type Db, type Tx } from './connect.ts'
