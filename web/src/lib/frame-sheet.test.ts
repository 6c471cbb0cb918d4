import { assert, describe, test, vi } from 'vitest'

vi.mock('../lib/place.ts', () => ({ apiUrl: (path: string) => `/api${path}` }))

const { frameBackground, sheetOf } = await import('./frame-sheet.ts')

const file = {
  id: '1',
  sha256: '00112233',
  variants: [
    {
      name: 'sheet' as const,
      mediaType: 'image/webp',
      widthPixels: 1600,
      heightPixels: 270,
      sizeBytes: 1,
      grid: { columns: 10, rows: 3, frames: 25, intervalMs: 500 },
    },
  ],
}

describe('the sheet of a video', () => {
  test('shows the frame that stands for a part of the length', () => {
    const sheet = sheetOf(file)
    assert.isDefined(sheet)
    if (sheet === undefined) return
    assert.deepEqual([sheet.cellWidth, sheet.cellHeight], [160, 90])
    const at = (share: number) => frameBackground(sheet, share).backgroundPosition
    assert.equal(at(0), '0% 0%')
    assert.equal(at(0.999), `${(4 / 9) * 100}% 100%`)
    assert.equal(at(1), at(0.999))
    assert.equal(at(11.5 / 25), `${(1 / 9) * 100}% 50%`)
  })

  test('is not there before it was made', () => {
    assert.isUndefined(sheetOf({ ...file, variants: [] }))
  })
})
