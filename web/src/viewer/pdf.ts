import workerUrl from 'pdfjs-dist/build/pdf.worker.min.mjs?url'
import {
  getDocument,
  GlobalWorkerOptions,
  type PDFDocumentLoadingTask,
  type PDFDocumentProxy,
  type PDFPageProxy,
} from 'pdfjs-dist'

export type { PDFDocumentProxy, PDFPageProxy }

/** An image in a document that is larger than this is left out rather than ending the tab. */
const MOST_IMAGE_PIXELS = 100_000_000
/** A page is drawn with at most so many pixels, however close somebody looks. */
const MOST_CANVAS_PIXELS = 16_000_000

/**
 * Opens a document by ranges, as its pages are asked for. Scripts in it are never run:
 * only the drawing part of pdf.js is loaded, without its sandbox, forms or annotations.
 */
export function openPdf(url: string): PDFDocumentLoadingTask {
  GlobalWorkerOptions.workerSrc = workerUrl
  const at = (folder: string) => new URL(`assets/pdf/${folder}/`, document.baseURI).href
  return getDocument({
    url,
    withCredentials: true,
    cMapUrl: at('cmaps'),
    cMapPacked: true,
    standardFontDataUrl: at('standard_fonts'),
    iccUrl: at('iccs'),
    wasmUrl: at('wasm'),
    enableXfa: false,
    disableAutoFetch: true,
    maxImageSize: MOST_IMAGE_PIXELS,
    stopAtErrors: false,
    verbosity: 0,
  })
}

/** Draws a page `widthPixels` wide on the screen. @returns a way to stop */
export function drawPage(
  page: PDFPageProxy,
  canvas: HTMLCanvasElement,
  widthPixels: number,
): { done: Promise<void>; stop: () => void } {
  const whole = page.getViewport({ scale: 1 })
  const ratio = whole.height / whole.width
  const sharp = Math.min(widthPixels * devicePixelRatio, Math.sqrt(MOST_CANVAS_PIXELS / ratio))
  const viewport = page.getViewport({ scale: sharp / whole.width })
  canvas.width = Math.max(1, Math.floor(viewport.width))
  canvas.height = Math.max(1, Math.floor(viewport.height))
  const task = page.render({ canvas, viewport, annotationMode: 0 })
  return { done: task.promise, stop: () => task.cancel() }
}
