import { readdirSync, readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { Injectable } from '@nestjs/common';

export interface PageFile {
  type: string;
  content: Buffer;
}

const types: Record<string, string> = { '.html': 'text/html; charset=utf-8', '.css': 'text/css; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.svg': 'image/svg+xml' };
const folder = new URL('./', import.meta.url);
/** Compiled code of ours lies beside the page's own once it is built; it has a dot more in its name. */
const ownName = /^[a-z-]+\.(html|css|js|svg)$/;

/** The page's files, read once at boot: a request names one of them and never a path. */
@Injectable()
export class PageFiles {
  private readonly files = new Map<string, PageFile>(
    readdirSync(folder)
      .filter((name) => ownName.test(name))
      .map((name) => [name, { type: types[extname(name)] ?? '', content: readFileSync(new URL(name, folder)) }]),
  );

  find(name: string): PageFile | undefined {
    return this.files.get(name);
  }
}
