import type { PreviousUpload, UrlStorage } from 'tus-js-client'

const PREFIX = 'trove.sending.'

/**
 * Where uploads of this tab stand on the server, so that a file that is chosen again after a reload goes on. They are
 * of one visit, which is of this tab too.
 */
export const keptAddresses: UrlStorage = {
  findAllUploads: () => Promise.resolve(find(PREFIX)),
  findUploadsByFingerprint: (fingerprint) => Promise.resolve(find(PREFIX + fingerprint)),
  removeUpload(key) {
    sessionStorage.removeItem(key)
    return Promise.resolve()
  },
  addUpload(fingerprint, upload) {
    const key = PREFIX + fingerprint
    try {
      sessionStorage.setItem(key, JSON.stringify(upload))
    } catch {
      // Then it begins anew after a reload.
    }
    return Promise.resolve(key)
  },
}

function find(prefix: string): PreviousUpload[] {
  const found: PreviousUpload[] = []
  for (const key of Object.keys(sessionStorage)) {
    if (!key.startsWith(prefix)) continue
    try {
      found.push({ ...(JSON.parse(sessionStorage.getItem(key) ?? '') as PreviousUpload), urlStorageKey: key })
    } catch {
      sessionStorage.removeItem(key)
    }
  }
  return found
}
