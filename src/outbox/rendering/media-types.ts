/** What the contract takes as a medium [O], by the ending of its address. */
const types = {
  jpg: 'image/jpeg', jpeg: 'image/jpeg', png: 'image/png',
  aac: 'audio/aac', ogg: 'audio/ogg', oga: 'audio/ogg', m4a: 'audio/mp4', amr: 'audio/amr', mp3: 'audio/mpeg',
  pdf: 'application/pdf', xls: 'file/vnd.ms-excel',
  mp4: 'video/mp4', '3gp': 'video/3gpp',
} as const;

export type MediaType = (typeof types)[keyof typeof types];

/** A type and no interface: it is stored as JSON. */
export type MediaFile = {
  url: string;
  mimeType: MediaType;
  filename: string;
};

/** Null: no address that Botmaker can fetch from everywhere, or of a type that it does not take. */
export function mediaFile(address: string): MediaFile | null {
  if (!URL.canParse(address)) return null;
  const { href: url, protocol, pathname } = new URL(address);
  const [, filename = '', ending = ''] = /([^/]+\.([a-z0-9]{3,4}))$/i.exec(pathname) ?? [];
  const mimeType = Object.entries(types).find(([known]) => known === ending.toLowerCase())?.[1];
  return protocol === 'https:' && mimeType ? { url, mimeType, filename: decoded(filename) } : null;
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
