export { connect, inTransaction, type Db, type Tx } from './connect.ts'
