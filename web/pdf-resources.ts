import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { Plugin } from 'vite'

const HOME = dirname(createRequire(import.meta.url).resolve('pdfjs-dist/package.json'))
/** Character maps, substitutes for fonts that are not in the file, colour profiles and decoders. Only what a PDF needs is fetched. */
const FOLDERS = ['cmaps', 'standard_fonts', 'iccs', 'wasm']
const PREFIX = 'assets/pdf/'

/** Serves what pdf.js fetches besides its code, below `assets/pdf/`. */
export function pdfResources(): Plugin {
  return {
    name: 'trove-pdf-resources',
    generateBundle() {
      for (const folder of FOLDERS) {
        for (const name of readdirSync(join(HOME, folder))) {
          if (name.startsWith('quickjs')) continue // Runs scripts of documents, which the page never does.
          this.emitFile({
            type: 'asset',
            fileName: `${PREFIX}${folder}/${name}`,
            source: readFileSync(join(HOME, folder, name)),
          })
        }
      }
    },
    configureServer(server) {
      server.middlewares.use((request, response, next) => {
        const [, folder, name] = /^\/assets\/pdf\/([a-z_]+)\/([\w.-]+)$/.exec(request.url?.split('?')[0] ?? '') ?? []
        if (folder === undefined || name === undefined || !FOLDERS.includes(folder)) return next()
        if (!readdirSync(join(HOME, folder)).includes(name)) return next()
        response.setHeader('content-type', name.endsWith('.wasm') ? 'application/wasm' : 'application/octet-stream')
        response.end(readFileSync(join(HOME, folder, name)))
      })
    },
  }
}
