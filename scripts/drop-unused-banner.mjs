// esbuild puts the banner on every file it writes; only those with bundled CommonJS code in them need it.
import { Buffer } from 'node:buffer';
import { readFileSync, writeFileSync } from 'node:fs';

const used = /\b(require|__filename|__dirname)\b/;

/** Takes the banner off the written files that use nothing of it, and their sizes in the metafile down. */
export function dropUnusedBanner(metafile, banner) {
  for (const [file, output] of Object.entries(metafile.outputs)) {
    if (!file.endsWith('.js')) continue;
    const text = readFileSync(file, 'utf8');
    const rest = text.slice(banner.length + 1);
    if (!text.startsWith(banner) || used.test(rest)) continue;
    writeFileSync(file, rest);
    output.bytes = Buffer.byteLength(rest);
  }
}
