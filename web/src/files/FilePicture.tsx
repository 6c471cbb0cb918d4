import type { File } from '@trove/contract/files'
import { useState } from 'react'
import { cx } from '../lib/cx.ts'
import { FileGlyph } from './FileGlyph.tsx'
import { mayHavePicture } from './kinds.ts'
import { pictureSources, type PictureSources } from './urls.ts'

/**
 * A file's picture in a box of known size: the blur at once, the picture over it when it has come.
 * A file without one shows what it is, or that it is being processed.
 */
export function FilePicture({
  file,
  width,
  height,
  fit = 'cover',
}: {
  file: File
  width: number
  height: number
  fit?: 'cover' | 'contain'
}) {
  const sources = pictureSources(file, { width, height, fit }, window.devicePixelRatio)
  if (sources === undefined) return <NoPicture file={file} width={width} height={height} />
  return (
    <span className="absolute inset-0 block overflow-hidden bg-active">
      {file.blur !== undefined && (
        <span
          aria-hidden
          className={cx('absolute inset-0 bg-center', fit === 'cover' ? 'bg-cover' : 'bg-contain bg-no-repeat')}
          style={{ backgroundImage: `url(${file.blur})` }}
        />
      )}
      <Fading key={file.sha256} sources={sources} fit={fit} />
    </span>
  )
}

function Fading({ sources, fit }: { sources: PictureSources; fit: 'cover' | 'contain' }) {
  const [state, setState] = useState<'coming' | 'there' | 'missing'>('coming')
  if (state === 'missing') return null
  return (
    <picture>
      {sources.sets.map((set) => (
        <source key={set.type} {...set} sizes={sources.sizes} />
      ))}
      <img
        src={sources.src}
        alt=""
        draggable={false}
        decoding="async"
        ref={(image) => {
          if (image?.complete === true && image.naturalWidth > 0) setState('there')
        }}
        onLoad={() => setState('there')}
        onError={() => setState('missing')}
        className={cx(
          'absolute inset-0 size-full transition-opacity duration-150',
          fit === 'cover' ? 'object-cover' : 'object-contain',
          state === 'coming' ? 'opacity-0' : 'opacity-100',
        )}
      />
    </picture>
  )
}

function NoPicture({ file, width, height }: { file: File; width: number; height: number }) {
  const isHeld = file.scan?.status === 'held'
  const isWaiting = !isHeld && (file.status === 'pending' || file.status === 'processing') && mayHavePicture(file)
  const small = Math.min(width, height) < 90
  return (
    <span className="absolute inset-0 flex items-center justify-center overflow-hidden bg-hover">
      {isWaiting && <span aria-hidden className="absolute inset-0 animate-breathe bg-active" />}
      <span className={cx('relative flex max-w-full flex-col items-center px-2.5', isWaiting && 'opacity-75')}>
        <FileGlyph kind={file.kind} name={file.name} size={small ? Math.min(width, height) * 0.62 : 52} />
        {!small && (
          <span className="mt-2.5 block max-w-full text-center text-xs text-ink-soft">
            <span className="line-clamp-2 break-words">{file.name}</span>
            {isWaiting && (
              <span className="block text-ink-faint">
                {file.scan?.status === 'waiting' ? 'Being checked' : 'Processing'}
              </span>
            )}
          </span>
        )}
      </span>
    </span>
  )
}
