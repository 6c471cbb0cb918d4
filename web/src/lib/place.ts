/** Where the page and its API live: below `<base href>`, whatever prefix a proxy put in front. */
export const basePath = new URL(document.baseURI).pathname

const api = new URL('api', document.baseURI).href

/** @param path below `/api`, with its leading slash */
export const apiUrl = (path: string): string => api + path

/** The same for a WebSocket. */
export function liveUrl(path: string): string {
  return apiUrl(path).replace(/^http/, 'ws')
}
