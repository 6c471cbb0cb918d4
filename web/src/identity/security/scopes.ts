import type { Scope } from '@trove/contract/access'

/** What a key may be used for, in words; never more than its maker may do. */
export const scopeWords: Record<Scope, { name: string; hint: string }> = {
  read: { name: 'Read', hint: 'see files, folders and organizations' },
  comment: { name: 'Comment', hint: 'comment where you may' },
  download: { name: 'Download', hint: 'fetch originals' },
  upload: { name: 'Upload', hint: 'add files' },
  write: { name: 'Change', hint: 'rename, move, put into the trash' },
  share: { name: 'Share', hint: 'share with people, make links' },
  manage: { name: 'Manage', hint: 'members, teams and settings of organizations' },
  administer: { name: 'Administer', hint: 'this installation' },
}

/** In this order on the page. */
export const scopeOrder = ['read', 'download', 'upload', 'comment', 'write', 'share', 'manage', 'administer'] as const
