// npm run test:long: the rows that take minutes. Names choose among them (`npm run test:long -- a1 f2`); `--list` tells which there are.
import { globSync } from 'node:fs'
import { basename } from 'node:path'
import { ROOT, runNodeTests } from './run.ts'
import { startThrowaway } from './throwaway-postgres.ts'

const HOUR_MS = 3_600_000

const words = process.argv
  .slice(2)
  .filter((word) => !word.startsWith('--'))
  .map((word) => word.toLowerCase())
const rows = globSync('server/test/long/*.long.ts', { cwd: ROOT })
  .sort()
  .map((file) => ({ file, name: basename(file, '.long.ts') }))
  .filter(({ name }) => words.length === 0 || words.some((word) => name.toLowerCase().startsWith(word)))

if (process.argv.includes('--list')) {
  for (const { name } of rows) console.log(name)
  process.exit()
}
if (rows.length === 0) {
  console.error(`There is no such row: ${words.join(', ')}. npm run test:long -- --list names them.`)
  process.exit(2)
}

const sum = { passed: 0, failed: 0 }
for (const { file, name } of rows) {
  const startedAt = performance.now()
  const server = await startThrowaway()
  const { passed, failed, output } = await runNodeTests([file], {
    env: { TEST_DATABASE_URL: server.url },
    timeoutMs: HOUR_MS,
  })
  await server.stop()
  console.log(output.trim())
  console.log(`${failed > 0 ? '✗' : '✓'} ${name}  ${((performance.now() - startedAt) / 1000).toFixed(0)} s\n`)
  sum.passed += passed
  sum.failed += failed
}
console.log(`${sum.passed} passed, ${sum.failed} failed`)
process.exit(sum.failed === 0 ? 0 : 1)
