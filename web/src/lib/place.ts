/** Where the page and its API live: below `<base href>`, whatever prefix a proxy put in front. */
export const basePath = new URL(document.baseURI).pathname

/** @param path below `/api`, with its leading slash */
export function apiUrl(path: string): string {
  return new URL(`api${path}`, document.baseURI).href
}

/** The same for a WebSocket. */
export function liveUrl(path: string): string {
  return apiUrl(path).replace(/^http/, 'ws')
}
