import { runClient } from './run.ts'

process.exitCode = await runClient(process.argv.slice(2))
process.exit()
