#!/usr/bin/env node
// Whatever Node there is may start it: one that cannot run TypeScript looks for the one that Trove has installed.
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major > 22 || (major === 22 && minor >= 18)) await import('../src/main.ts')
else handOver()

function handOver() {
  const node = fileURLToPath(new URL('../../node_modules/.bin/node', import.meta.url))
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit' })
  // What ends this process ends that one; it says itself what became of its work.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('error', () => {
    console.error('trove needs Node 22.18 or newer.')
    process.exitCode = 1
  })
  child.on('exit', (code) => (process.exitCode = code ?? 1))
}
