// A worker as a process of its own, to be killed: node worker-process.ts <folder> <database URL>.
import { startWorker } from '../../src/app/worker.ts'
import { testConfig } from '../platform.ts'

const [folder = '', databaseUrl = ''] = process.argv.slice(2)
const worker = await startWorker(
  testConfig(databaseUrl, folder, { WORKER_CONCURRENCY: '2', MEDIA_TIMEOUT_SECONDS: '20' }),
)
process.on('SIGTERM', () => void worker.close().then(() => process.exit(0)))
process.send?.('working')
