/** The part of libheif's C interface that is used, as it was compiled: addresses are numbers in its own memory. */
declare module 'libheif-js/wasm-bundle.js' {
  const libheif: {
    ready: Promise<unknown>
    /** Another array after each time that the memory has grown. */
    readonly HEAPU8: Uint8Array
    _malloc(bytes: number): number
    _free(at: number): void
    _heif_context_alloc(): number
    _heif_context_free(context: number): void
    _heif_context_read_from_memory_without_copy(
      error: number,
      context: number,
      at: number,
      bytes: number,
      options: number,
    ): void
    _heif_context_get_primary_image_handle(error: number, context: number, handleAt: number): void
    _heif_image_handle_release(handle: number): void
    _heif_image_handle_get_width(handle: number): number
    _heif_image_handle_get_height(handle: number): number
    _heif_image_handle_has_alpha_channel(handle: number): number
    _heif_image_handle_get_image_tiling(error: number, handle: number, isTurned: number, tilingAt: number): void
    _heif_image_handle_decode_image_tile(
      error: number,
      handle: number,
      imageAt: number,
      colours: number,
      chroma: number,
      options: number,
      column: number,
      row: number,
    ): void
    _heif_decode_image(
      error: number,
      handle: number,
      imageAt: number,
      colours: number,
      chroma: number,
      options: number,
    ): void
    _heif_image_get_width(image: number, channel: number): number
    _heif_image_get_height(image: number, channel: number): number
    _heif_image_get_plane_readonly(image: number, channel: number, strideAt: number): number
    _heif_image_release(image: number): void
  }
  export default libheif
}
