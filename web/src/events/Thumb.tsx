import type { File } from '@trove/contract/files'
import { Film, ImageOff, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { cx } from '../lib/cx.ts'
import { variantUrl } from '../lib/file-urls.ts'

type Look = { file: File; size?: 'small' | 'large'; fit?: 'cover' | 'contain' }

/** A file's picture in whatever box it is put: the blur at once, the picture over it when it has come. */
export function Thumb({ file, size = 'small', fit = 'cover' }: Look) {
  const variant = variantOf(file, size)
  if (variant === undefined) return <NoPicture file={file} />
  return (
    <span className="absolute inset-0 block overflow-hidden bg-active">
      {file.blur !== undefined && (
        <span
          aria-hidden
          className={cx('absolute inset-0 bg-center', fit === 'cover' ? 'bg-cover' : 'bg-contain bg-no-repeat')}
          style={{ backgroundImage: `url(${file.blur})` }}
        />
      )}
      <Fading key={variant} url={variantUrl(file, variant)} fit={fit} />
    </span>
  )
}

/** What is in the trash or held back has no bytes to show. */
function variantOf({ variants, status, trashedAt }: File, size: 'small' | 'large') {
  if (status !== 'ready' || trashedAt !== undefined) return undefined
  const wanted = size === 'small' ? ['medium', 'poster', 'thumbnail', 'large'] : ['large', 'poster', 'medium']
  return variants.find(
    ({ name }) => wanted.includes(name) && name === wanted.find((one) => variants.some((v) => v.name === one)),
  )?.name
}

function Fading({ url, fit }: { url: string; fit: 'cover' | 'contain' }) {
  const [isThere, setThere] = useState(false)
  return (
    <img
      src={url}
      alt=""
      draggable={false}
      loading="lazy"
      decoding="async"
      onLoad={() => setThere(true)}
      className={cx(
        'absolute inset-0 size-full transition-opacity duration-150',
        fit === 'cover' ? 'object-cover' : 'object-contain',
        isThere ? 'opacity-100' : 'opacity-0',
      )}
    />
  )
}

function NoPicture({ file }: { file: File }) {
  const isComing = file.status === 'pending' || file.status === 'processing'
  const Icon = file.trashedAt !== undefined ? Trash2 : file.kind === 'video' ? Film : ImageOff
  const words =
    file.trashedAt !== undefined
      ? 'In the trash'
      : isComing
        ? 'Processing'
        : file.status === 'infected'
          ? 'Infected'
          : 'No picture'
  return (
    <span
      className={cx(
        'absolute inset-0 flex flex-col items-center justify-center gap-1.5 bg-hover px-2 text-center text-xs text-ink-soft',
        isComing && file.trashedAt === undefined && 'animate-breathe',
      )}
    >
      <Icon aria-hidden className="size-5 text-ink-faint" strokeWidth={1.5} />
      {words}
    </span>
  )
}
