/** What kind of file it is; organizations allow or refuse by it, and the library filters by it. */
export const kinds = [
  'image',
  'video',
  'audio',
  'document',
  'text',
  'archive',
  'design',
  'executable',
  'script',
  'other',
] as const
export type Kind = (typeof kinds)[number]

/** Accepted unless the organization says otherwise. `other` is kept as an opaque download. */
export const defaultKinds: readonly Kind[] = [
  'image',
  'video',
  'audio',
  'document',
  'text',
  'archive',
  'design',
  'other',
]

export type KnownType = {
  readonly mediaType: string
  readonly kind: Kind
  /** Lower case, without the dot; the first one stands in object keys. */
  readonly extensions: readonly [string, ...string[]]
  /** What people call it. */
  readonly label: string
  /** Whether its bytes give it away, so that bytes without the signature are not of this type. */
  readonly hasSignature: boolean
  /** Whether a browser may show it on the page's own origin: nothing that it could run, so never HTML, SVG or XML. */
  readonly isInline: boolean
}

/** Bytes that nothing is known about: kept, and only ever downloaded. */
export const OPAQUE: KnownType = {
  mediaType: 'application/octet-stream',
  kind: 'other',
  extensions: ['bin'],
  label: 'binary data',
  hasSignature: false,
  isInline: false,
}

/**
 * A line: media type, extensions, marks, label. Marks: `s` has a signature, `i` may be shown inline.
 * The media types are those of the IANA registry where it has one, else what browsers and `file` use.
 */
const TABLE: Readonly<Record<Exclude<Kind, 'other'>, string>> = {
  image: `
    image/jpeg | jpg jpeg jpe jfif | si | a JPEG image
    image/png | png apng | si | a PNG image
    image/webp | webp | si | a WebP image
    image/gif | gif | si | a GIF image
    image/avif | avif avifs | si | an AVIF image
    image/heic | heic heif heics heifs hif | s | a HEIC image
    image/tiff | tif tiff | s | a TIFF image
    image/bmp | bmp dib | si | a BMP image
    image/svg+xml | svg svgz | - | an SVG drawing
    image/vnd.microsoft.icon | ico cur | si | an icon
    image/jxl | jxl | s | a JPEG XL image
    image/jp2 | jp2 j2k jpf jpx jpm jpc | s | a JPEG 2000 image
    image/vnd.radiance | hdr | s | a Radiance image
    image/x-exr | exr | s | an OpenEXR image
    image/x-tga | tga | - | a Targa image
    image/x-portable-anymap | pnm ppm pgm pbm pam | - | a portable anymap
    image/x-canon-cr2 | cr2 | s | a Canon raw photograph
    image/x-canon-cr3 | cr3 | s | a Canon raw photograph
    image/x-nikon-nef | nef nrw | s | a Nikon raw photograph
    image/x-sony-arw | arw sr2 srf | s | a Sony raw photograph
    image/x-adobe-dng | dng | s | a DNG raw photograph
    image/x-fuji-raf | raf | s | a Fujifilm raw photograph
    image/x-olympus-orf | orf | s | an Olympus raw photograph
    image/x-panasonic-rw2 | rw2 rwl | s | a Panasonic raw photograph
    image/x-pentax-pef | pef | s | a Pentax raw photograph
    application/dicom | dcm dicom | - | a DICOM image`,
  video: `
    video/mp4 | mp4 m4v mp4v f4v | si | an MP4 video
    video/quicktime | mov qt | si | a QuickTime video
    video/webm | webm | si | a WebM video
    video/matroska | mkv mk3d | s | a Matroska video
    video/vnd.avi | avi divx | s | an AVI video
    video/x-ms-wmv | wmv asf | s | a Windows Media video
    video/mpeg | mpg mpeg mpe m1v m2v vob | s | an MPEG video
    video/mp2t | m2ts mts ts m2t | s | an MPEG transport stream
    video/3gpp | 3gp 3gpp | s | a 3GPP video
    video/3gpp2 | 3g2 | s | a 3GPP2 video
    video/x-flv | flv | s | a Flash video
    video/ogg | ogv ogx | si | an Ogg video
    application/mxf | mxf | s | an MXF video`,
  audio: `
    audio/mpeg | mp3 mp2 mpga | si | an MP3 recording
    audio/mp4 | m4a m4b m4r | si | an M4A recording
    audio/aac | aac adts | si | an AAC recording
    audio/flac | flac | si | a FLAC recording
    audio/wav | wav wave bwf | si | a WAV recording
    audio/ogg | ogg oga opus spx | si | an Ogg recording
    audio/webm | weba | si | a WebM recording
    audio/matroska | mka | s | a Matroska recording
    audio/aiff | aiff aif aifc | s | an AIFF recording
    audio/x-ms-wma | wma | s | a Windows Media recording
    audio/midi | mid midi kar | s | a MIDI file
    audio/amr | amr awb | s | an AMR recording
    audio/ac3 | ac3 | - | an AC-3 recording
    audio/x-ape | ape | s | a Monkey's Audio recording
    audio/x-wavpack | wv | s | a WavPack recording
    audio/basic | au snd | s | a Sun audio recording
    audio/x-caf | caf | s | a Core Audio recording`,
  document: `
    application/pdf | pdf | si | a PDF document
    application/vnd.openxmlformats-officedocument.wordprocessingml.document | docx docm dotx dotm | s | a Word document
    application/vnd.openxmlformats-officedocument.spreadsheetml.sheet | xlsx xlsm xltx xltm xlsb | s | an Excel workbook
    application/vnd.openxmlformats-officedocument.presentationml.presentation | pptx pptm ppsx potx | s | a PowerPoint presentation
    application/vnd.oasis.opendocument.text | odt ott | s | an OpenDocument text
    application/vnd.oasis.opendocument.spreadsheet | ods ots | s | an OpenDocument spreadsheet
    application/vnd.oasis.opendocument.presentation | odp otp | s | an OpenDocument presentation
    application/vnd.oasis.opendocument.graphics | odg otg | s | an OpenDocument drawing
    application/msword | doc dot | s | a Word 97 document
    application/vnd.ms-excel | xls xlt | s | an Excel 97 workbook
    application/vnd.ms-powerpoint | ppt pps pot | s | a PowerPoint 97 presentation
    application/x-ole-storage | ole | s | an Office 97 document
    application/vnd.visio | vsd vss vst | s | a Visio drawing
    application/vnd.ms-outlook | msg | s | an Outlook message
    application/vnd.ms-publisher | pub | s | a Publisher document
    application/x-mswrite | wri wps | - | a Write document
    application/rtf | rtf | s | a rich text document
    application/epub+zip | epub | s | an EPUB book
    application/x-mobipocket-ebook | mobi azw azw3 prc | s | a Mobipocket book
    image/vnd.djvu | djvu djv | s | a DjVu document
    application/vnd.apple.pages | pages | s | a Pages document
    application/vnd.apple.keynote | key | s | a Keynote presentation
    application/vnd.apple.numbers | numbers | s | a Numbers spreadsheet
    application/vnd.ms-project | mpp | s | a Project plan
    application/vnd.sqlite3 | sqlite sqlite3 | s | an SQLite database
    application/vnd.ms-access | mdb accdb | s | an Access database`,
  text: `
    text/plain | txt text log me readme nfo lst | - | a plain text
    text/markdown | md markdown mdown rst | - | a Markdown text
    text/csv | csv | - | a CSV table
    text/tab-separated-values | tsv tab | - | a table of tabs
    application/json | json jsonl ndjson geojson topojson har webmanifest ipynb | - | a JSON document
    application/yaml | yaml yml | - | a YAML document
    application/toml | toml ini cfg conf properties env | - | a settings file
    application/xml | xml xsd xsl xslt dtd rss atom plist kml gpx xmp fcpxml musicxml | - | an XML document
    text/html | html htm xhtml shtml mht mhtml | - | a web page
    text/css | css scss sass less | - | a style sheet
    application/x-subrip | srt sub ass ssa sbv lrc | - | subtitles
    text/vtt | vtt | - | subtitles
    text/calendar | ics ical ifb | - | a calendar
    text/vcard | vcf vcard | - | an address card
    message/rfc822 | eml mbox | - | an e-mail message
    application/x-tex | tex latex bib ltx | - | a TeX document
    text/x-edit-list | edl cube m3u m3u8 pls cue | - | an edit list
    text/x-source | c h cc cpp hpp cs java kt swift go rs sql diff patch r jl scala dart asm s glsl | - | source code
    application/pgp-signature | asc sig pem crt cer csr | - | a certificate or signature`,
  archive: `
    application/zip | zip zipx cbz | s | a ZIP archive
    application/x-7z-compressed | 7z cb7 | s | a 7z archive
    application/vnd.rar | rar cbr | s | a RAR archive
    application/x-tar | tar cbt | s | a tar archive
    application/gzip | gz tgz | s | a gzip archive
    application/x-bzip2 | bz2 tbz2 tbz | s | a bzip2 archive
    application/x-xz | xz txz | s | an xz archive
    application/zstd | zst tzst zstd | s | a Zstandard archive
    application/x-lz4 | lz4 | s | an LZ4 archive
    application/x-lzip | lz | s | an lzip archive
    application/x-compress | z | s | a compressed file
    application/vnd.ms-cab-compressed | cab | s | a cabinet archive
    application/x-lzh-compressed | lzh lha | s | an LHA archive
    application/x-arj | arj | s | an ARJ archive
    application/x-cpio | cpio | s | a cpio archive
    application/x-iso9660-image | iso | - | a disk image`,
  design: `
    image/vnd.adobe.photoshop | psd psb pdd | s | a Photoshop document
    application/illustrator | ai ait | s | an Illustrator document
    application/postscript | eps ps epsf | s | a PostScript document
    application/x-sketch | sketch | s | a Sketch document
    application/x-figma | fig | - | a Figma document
    application/x-adobe-xd | xd | s | an Adobe XD document
    application/x-indesign | indd indt indb | s | an InDesign document
    application/x-indesign-markup | idml icml | s | an InDesign markup document
    application/x-affinity | afdesign afphoto afpub af | s | an Affinity document
    application/x-coreldraw | cdr | s | a CorelDRAW document
    image/x-xcf | xcf | s | a GIMP image
    application/x-krita | kra | s | a Krita painting
    application/x-clip-studio | clip | s | a Clip Studio painting
    application/x-procreate | procreate | s | a Procreate painting
    application/x-blender | blend | s | a Blender scene
    model/stl | stl | - | an STL model
    model/obj | obj mtl | - | an OBJ model
    model/gltf+json | gltf | - | a glTF model
    model/gltf-binary | glb | s | a glTF model
    model/3mf | 3mf | s | a 3MF model
    model/vnd.usdz+zip | usdz | s | a USDZ model
    model/vnd.collada+xml | dae | - | a COLLADA model
    model/x-ply | ply | s | a PLY model
    application/x-fbx | fbx | - | an FBX model
    model/step | step stp | - | a STEP model
    model/iges | iges igs | - | an IGES model
    application/x-3ds | 3ds max c4d ma mb skp 3dm | - | a 3D scene
    image/vnd.dwg | dwg | s | a DWG drawing
    image/vnd.dxf | dxf | - | a DXF drawing
    font/ttf | ttf ttc | s | a TrueType font
    font/otf | otf | s | an OpenType font
    font/woff | woff | s | a WOFF font
    font/woff2 | woff2 | s | a WOFF2 font
    application/vnd.ms-fontobject | eot | - | an EOT font
    application/x-adobe-project | prproj aep aepx prel | - | an Adobe project
    application/x-adobe-swatch | ase aco abr grd asl atn lut 3dl look | - | swatches or brushes`,
  executable: `
    application/x-executable | elf so o ko axf | s | a Linux program
    application/vnd.microsoft.portable-executable | exe dll sys scr cpl ocx drv efi com pif mui ax | s | a Windows program
    application/x-msi | msi msp mst | s | a Windows installer
    application/x-mach-binary | dylib macho bundle | s | a macOS program
    application/java-vm | class | s | a Java class
    application/java-archive | jar war ear | s | a Java program
    application/vnd.android.package-archive | apk aab xapk apks | s | an Android program
    application/x-ios-app | ipa | s | an iOS program
    application/x-apple-diskimage | dmg | - | a macOS disk image
    application/x-xar | pkg xar mpkg | s | a macOS installer
    application/vnd.debian.binary-package | deb udeb | s | a Debian package
    application/x-rpm | rpm | s | an RPM package
    application/vnd.appimage | appimage | s | a Linux program
    application/vnd.flatpak | flatpak flatpakref snap | - | a Linux program
    application/x-msix | msix appx msixbundle appxbundle | s | a Windows program
    application/x-chrome-extension | crx xpi | s | a browser extension
    application/vnd.adobe.flash.movie | swf | s | a Flash program
    application/wasm | wasm | s | a WebAssembly program
    application/x-ms-shortcut | lnk url desktop webloc inetloc | - | a shortcut
    application/x-ms-installer-script | gadget application appref-ms msc | - | a Windows program`,
  script: `
    application/x-sh | sh bash zsh ksh csh fish command run tool | - | a shell script
    application/x-bat | bat cmd | - | a Windows batch script
    application/x-powershell | ps1 psm1 psd1 ps1xml | - | a PowerShell script
    text/vbscript | vbs vbe wsf wsh wsc sct vb | - | a Visual Basic script
    text/javascript | js mjs cjs jse jsx tsx cts es6 | - | a JavaScript program
    text/x-python | py pyw pyc pyo pyz | - | a Python program
    application/x-ruby | rb rbw | - | a Ruby program
    application/x-perl | pl pm cgi | - | a Perl program
    application/x-httpd-php | php phtml php3 php4 php5 phar phps | - | a PHP program
    application/x-lua | lua luac | - | a Lua program
    application/x-tcl | tcl tk | - | a Tcl program
    application/x-awk | awk sed | - | an awk program
    application/x-applescript | scpt applescript scptd workflow | - | an AppleScript
    application/x-asp | asp aspx ashx asmx jsp jspx cfm | - | a server page
    application/hta | hta | - | an HTML application
    application/x-chm | chm hlp | - | a Windows help file
    application/x-windows-registry | reg inf | - | a Windows settings script
    application/x-autohotkey | ahk au3 | - | an automation script`,
}

/** Every type that is known by name, besides OPAQUE. */
export const knownTypes: readonly KnownType[] = Object.entries(TABLE).flatMap(([kind, lines]) =>
  lines
    .trim()
    .split('\n')
    .map((line) => parseLine(kind as Kind, line)),
)

function parseLine(kind: Kind, line: string): KnownType {
  const [mediaType = '', extensions = '', marks = '', label = ''] = line.split('|').map((part) => part.trim())
  const [first = '', ...rest] = extensions.split(' ')
  return {
    mediaType,
    kind,
    extensions: [first, ...rest],
    label,
    hasSignature: marks.includes('s'),
    isInline: marks.includes('i'),
  }
}

const byMediaType = new Map(knownTypes.map((type) => [type.mediaType, type]))
const byExtension = new Map(
  knownTypes.flatMap((type) => type.extensions.map((extension) => [extension, type] as const)),
)

/** Other names under which browsers and old programs declare a type. */
const ALIASES: Readonly<Record<string, string>> = {
  'image/jpg': 'image/jpeg',
  'image/pjpeg': 'image/jpeg',
  'image/apng': 'image/png',
  'image/x-png': 'image/png',
  'image/heif': 'image/heic',
  'image/heic-sequence': 'image/heic',
  'image/heif-sequence': 'image/heic',
  'image/x-ms-bmp': 'image/bmp',
  'image/x-icon': 'image/vnd.microsoft.icon',
  'image/x-photoshop': 'image/vnd.adobe.photoshop',
  'image/x-adobe-photoshop': 'image/vnd.adobe.photoshop',
  'application/x-photoshop': 'image/vnd.adobe.photoshop',
  'image/dng': 'image/x-adobe-dng',
  'video/x-matroska': 'video/matroska',
  'audio/x-matroska': 'audio/matroska',
  'video/x-msvideo': 'video/vnd.avi',
  'video/avi': 'video/vnd.avi',
  'video/x-m4v': 'video/mp4',
  'video/x-ms-asf': 'video/x-ms-wmv',
  'audio/mp3': 'audio/mpeg',
  'audio/x-mp3': 'audio/mpeg',
  'audio/x-m4a': 'audio/mp4',
  'audio/m4a': 'audio/mp4',
  'audio/x-aac': 'audio/aac',
  'audio/x-flac': 'audio/flac',
  'audio/x-wav': 'audio/wav',
  'audio/wave': 'audio/wav',
  'audio/vnd.wave': 'audio/wav',
  'audio/opus': 'audio/ogg',
  'application/ogg': 'audio/ogg',
  'audio/x-aiff': 'audio/aiff',
  'audio/mid': 'audio/midi',
  'application/x-pdf': 'application/pdf',
  'text/rtf': 'application/rtf',
  'text/xml': 'application/xml',
  'text/json': 'application/json',
  'text/yaml': 'application/yaml',
  'application/x-yaml': 'application/yaml',
  'application/javascript': 'text/javascript',
  'application/x-javascript': 'text/javascript',
  'application/x-zip-compressed': 'application/zip',
  'application/x-zip': 'application/zip',
  'application/x-gzip': 'application/gzip',
  'application/x-rar-compressed': 'application/vnd.rar',
  'application/x-rar': 'application/vnd.rar',
  'application/x-zstd': 'application/zstd',
  'application/x-msdownload': 'application/vnd.microsoft.portable-executable',
  'application/x-dosexec': 'application/vnd.microsoft.portable-executable',
  'application/x-msdos-program': 'application/vnd.microsoft.portable-executable',
  'text/x-sh': 'application/x-sh',
  'application/x-shellscript': 'application/x-sh',
  'application/xhtml+xml': 'text/html',
}

/** The known type of a media type as declared, parameters and case aside; undefined when it is not known. */
export function knownType(mediaType: string): KnownType | undefined {
  const bare = (mediaType.split(';')[0] ?? '').trim().toLowerCase()
  if (bare === OPAQUE.mediaType) return OPAQUE
  return byMediaType.get(ALIASES[bare] ?? bare)
}

/** What stands behind the last dot of a name, in lower case; undefined when there is none or it cannot be an extension. */
export function extensionOf(name: string): string | undefined {
  const match = /[^/\\]\.([A-Za-z0-9_+-]{1,16})[. ]*$/.exec(name.slice(-64))
  return match?.[1]?.toLowerCase()
}

/** What a name says its file is; undefined when it says nothing known. */
export function typeOfExtension(name: string): KnownType | undefined {
  const extension = extensionOf(name)
  return extension === undefined ? undefined : byExtension.get(extension)
}
