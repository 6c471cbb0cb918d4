import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { MakeRequest } from '../rendering.ts'
import { Undecodable } from './undecodable.ts'

/** It wants to be started anew once it has made its profile; its own script does so. */
const START_AGAIN = 81
const MOST_STARTS = 3

/**
 * Has LibreOffice write a PDF into the output folder, within the walls and limits of this process: a profile of its own
 * that is thrown away, no macros, no links followed.
 *
 * @returns  the name of the file
 * @throws Undecodable
 */
export async function convertOffice(program: string, { path, outputFolder }: MakeRequest): Promise<string> {
  const profile = join(outputFolder, 'profile')
  await mkdir(join(profile, 'user'), { recursive: true })
  await writeFile(join(profile, 'user', 'registrymodifications.xcu'), SETTINGS)
  await mkdir(join(outputFolder, 'tmp'))
  const [file, ...args] = [
    // Dies with this process where nothing else sees to that.
    ...['setpriv', '--pdeathsig=KILL', '--', program],
    ...['--headless', '--norestore', '--nologo', '--nodefault', '--nolockcheck', '--nofirststartwizard'],
    `-env:UserInstallation=${pathToFileURL(profile).href}`,
    ...['--convert-to', 'pdf', '--outdir', outputFolder, path],
  ] as [string, ...string[]]
  const env = {
    PATH: process.env['PATH'],
    HOME: outputFolder,
    TMPDIR: join(outputFolder, 'tmp'),
    LANG: 'C.UTF-8',
    // Draws without a screen.
    SAL_USE_VCLPLUGIN: 'svp',
  }
  for (let starts = 0; starts < MOST_STARTS; starts++) {
    const office = spawn(file, args, { cwd: outputFolder, stdio: 'ignore', env })
    const [code] = (await once(office, 'exit')) as [number | null]
    if (code !== START_AGAIN) break
  }
  const name = (await readdir(outputFolder)).find((each) => each.endsWith('.pdf'))
  if (name === undefined || (await stat(join(outputFolder, name))).size === 0)
    throw new Undecodable('LibreOffice could not open the document: it is damaged, or protected by a password.')
  return name
}

const setting = (path: string, name: string, value: string): string =>
  `<item oor:path="/org.openoffice.Office.${path}"><prop oor:name="${name}" oor:op="fuse"><value>${value}</value></prop></item>`

/** Nothing in a document runs, and nothing is fetched for it. */
const SETTINGS = [
  '<?xml version="1.0" encoding="UTF-8"?>',
  '<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">',
  setting('Common/Security/Scripting', 'MacroSecurityLevel', '3'),
  setting('Common/Security/Scripting', 'DisableMacrosExecution', 'true'),
  setting('Common/Security/Scripting', 'DisableActiveContent', 'true'),
  setting('Common/Security/Scripting', 'BlockUntrustedRefererLinks', 'true'),
  setting('Common/Misc', 'UseLocking', 'false'),
  setting('Writer/Content/Update', 'Link', '0'),
  setting('Calc/Content/Update', 'Link', '2'),
  '</oor:items>',
].join('\n')
