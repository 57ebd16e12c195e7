import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startBrowser } from '#test/helpers/browser.ts';

/** Draws the icons' PNG files from their SVG sources; run it after a change to these: node appPackage/render-icons-cli.ts */
const icons = [
  { name: 'color', size: 192 },
  { name: 'outline', size: 32 },
] as const;

const folder = join(import.meta.dirname, 'icons');
const browser = await startBrowser();
for (const { name, size } of icons) {
  const page = await browser.newPage({ viewport: { width: size, height: size } });
  const drawing = await readFile(join(folder, `${name}.svg`), 'utf8');
  await page.setContent(
    `<style>body{margin:0}svg{display:block;width:${size}px}</style>${drawing}`,
  );
  await page.screenshot({ path: join(folder, `${name}.png`), omitBackground: true });
}
await browser.close();
