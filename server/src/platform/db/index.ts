export { connect, inTransaction, withoutWaiting, type Db, type Tx } from './connect.ts'
