// Carries what a camera wrote about when and where (EXIF) over into the smaller picture.

const ORIENTATION = 0x0112;

/** The JPEG `small` with the EXIF of the JPEG `original`, upright; `small` itself where there is none. */
export async function withExif(small, original) {
  const segment = find(new DataView(await original.slice(0, 262_144).arrayBuffer()));
  if (!segment) return small;
  upright(segment);
  return new Blob([small.slice(0, 2), segment, small.slice(2)], { type: small.type });
}

/** The segment APP1 "Exif" of a JPEG, as bytes. */
function find(view) {
  if (view.byteLength < 4 || view.getUint16(0) !== 0xffd8) return null;
  for (let at = 2; at + 10 < view.byteLength && view.getUint8(at) === 0xff; ) {
    const length = view.getUint16(at + 2);
    const exif = view.getUint16(at) === 0xffe1 && view.getUint32(at + 4) === 0x45786966;
    if (exif) return at + 2 + length <= view.byteLength ? new Uint8Array(view.buffer.slice(at, at + 2 + length)) : null;
    if (view.getUint16(at) === 0xffda) return null;
    at += 2 + length;
  }
  return null;
}

/** The small picture was drawn upright: a turn that the camera noted must not be made again. */
function upright(segment) {
  const view = new DataView(segment.buffer);
  const tiff = 10; // marker, length, "Exif\0\0"
  const little = view.getUint16(tiff) === 0x4949;
  const first = tiff + view.getUint32(tiff + 4, little);
  if (first + 2 > segment.length) return;
  const count = view.getUint16(first, little);
  for (let index = 0, at = first + 2; index < count && at + 12 <= segment.length; index += 1, at += 12) {
    if (view.getUint16(at, little) === ORIENTATION) view.setUint16(at + 8, 1, little);
  }
}
