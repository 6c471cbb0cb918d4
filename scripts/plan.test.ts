import assert from 'node:assert/strict'
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, test } from 'node:test'
import { ROOT, run } from './run.ts'

describe('the plan', () => {
  test('a type imported upwards, a loop of types and a machine that knows the wiring are found', async () => {
    const output = await cruise({
      'server/src/domain/audit/store.ts':
        "import type { Upload } from '../uploads/index.ts'\nexport type Entry = Upload\n",
      'server/src/domain/uploads/index.ts': "export type { Upload } from './operations.ts'\n",
      'server/src/domain/uploads/operations.ts':
        "import type { Loop } from './steps.ts'\nexport type Upload = Loop | string\n",
      'server/src/domain/uploads/steps.ts':
        "import type { Upload } from './operations.ts'\nexport type Loop = Upload[]\n",
      'server/src/platform/clock.ts': "import '../app/config.ts'\n",
      'server/src/app/config.ts': 'export const config = 1\n',
    })
    for (const rule of ['audit-calls-down', 'no-cycles', 'platform-knows-no-product'])
      assert.match(output, new RegExp(rule))
  })

  test('a building in order passes', async () => {
    const output = await cruise({
      'server/src/domain/uploads/operations.ts':
        "import type { Entry } from '../audit/index.ts'\nexport type Upload = Entry\n",
      'server/src/domain/audit/index.ts': 'export type Entry = string\n',
    })
    assert.match(output, /no dependency violations found/)
  })
})

/** What the plan says about a building of these files. */
async function cruise(files: Record<string, string>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'trove-plan-'))
  try {
    for (const name of ['.dependency-cruiser.cjs', 'tsconfig.base.json'])
      await copyFile(join(ROOT, name), join(folder, name))
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(folder, path)), { recursive: true })
      await writeFile(join(folder, path), text)
    }
    const { output } = await run(['depcruise', '--output-type', 'err', 'server'], { cwd: folder, timeoutMs: 120_000 })
    return output
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
