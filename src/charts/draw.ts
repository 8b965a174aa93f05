import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { RecoverySeries } from './recovery-series.ts';
import { FONT, recoverySpec } from './recovery-spec.ts';

const ZOOM = 3;
const fileOf = (specifier: string): string => fileURLToPath(import.meta.resolve(specifier));

/** The picture as PNG. The packages are heavy and the work holds up whoever does it: see draw-thread.ts. */
export async function draw(series: RecoverySeries): Promise<Uint8Array> {
  const [{ parse, View }, { initWasm, Resvg }] = await Promise.all([import('vega'), import('@resvg/resvg-wasm')]);
  const view = new View(parse(recoverySpec(series)), { renderer: 'none' });
  const svg = await view.toSVG();
  view.finalize();
  const [wasm, font] = await Promise.all([
    readFile(fileOf('@resvg/resvg-wasm/index_bg.wasm')),
    readFile(fileOf('dejavu-fonts-ttf/ttf/DejaVuSans.ttf')),
  ]);
  await initWasm(wasm);
  // A container has no fonts of its own, and a picture without words says nothing.
  const drawing = new Resvg(svg, {
    font: { fontBuffers: [font], defaultFontFamily: FONT, sansSerifFamily: FONT },
    fitTo: { mode: 'zoom', value: ZOOM },
  });
  return drawing.render().asPng();
}
