/** The part of libheif's binding that is used. */
declare module 'libheif-js/wasm-bundle.js' {
  type Handle = object
  export type HeifChannel = { id: number; width: number; height: number; stride: number; data: Uint8Array }
  type Decoded = { code?: number; image: object; channels: HeifChannel[] }
  type HeifImage = {
    handle: Handle
    is_primary(): boolean
    has_alpha_channel(): boolean
    get_width(): number
    get_height(): number
    free(): void
  }
  const libheif: {
    ready: Promise<unknown>
    HeifDecoder: new () => { decode(bytes: Uint8Array): HeifImage[]; decoder: { delete(): void } | null }
    heif_colorspace: { heif_colorspace_RGB: number }
    heif_chroma: { heif_chroma_interleaved_RGB: number; heif_chroma_interleaved_RGBA: number }
    heif_channel: { heif_channel_interleaved: number }
    heif_js_decode_image2(handle: Handle, colourspace: number, chroma: number): Decoded | Promise<Decoded>
    heif_image_release(image: object): void
  }
  export default libheif
}
