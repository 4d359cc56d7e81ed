import { mkdirSync, mkdtempSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Logger } from '@nestjs/common';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '../../test/support/test-database.js';
import { Database, DatabaseConfig, KnowledgeConfig, Role, Secret } from '../platform/index.js';
import { KnowledgeIndex } from './knowledge-index.service.js';
import { KnowledgeSearch } from './knowledge-search.service.js';
import { PassageStore } from './passage.store.js';

let testDatabase: TestDatabase;
let database: Database;
let search: KnowledgeSearch;

const connect = (): Database => new Database(new DatabaseConfig(new Secret(testDatabase.url), '.data'));
const indexOf = (dir: string, of = database): KnowledgeIndex => new KnowledgeIndex(new KnowledgeConfig(dir), of, new PassageStore(of), new Role('all'));

beforeAll(async () => {
  Logger.overrideLogger(false);
  testDatabase = await createTestDatabase();
  database = connect();
  search = new KnowledgeSearch(database);
});
afterAll(async () => {
  await database.onApplicationShutdown();
  await testDatabase.drop();
});

describe('the sample knowledge', () => {
  beforeAll(async () => {
    const status = await indexOf('knowledge').refresh();
    expect(status).toMatchObject({ sources: 8, skipped: [] });
  });

  it.each([
    ['¿Hacen envíos a Córdoba?', 'envios.md', 'Costo'],
    ['hola buenas tardes, quería saber cuánto tarda en llegar un pedido', 'envios.md', 'Plazos'],
    ['puedo pasar a retirarlo por el local?', 'envios.md', 'Retiro'],
    ['me equivoque de talle, lo puedo cambiar?', 'cambios-y-devoluciones.md', 'Plazo'],
    ['devolucion del dinero', 'cambios-y-devoluciones.md', 'Reembolso'],
    ['me llegó roto el producto', 'cambios-y-devoluciones.md', 'Llegó fallado'],
    ['¿tienen CUOTAS sin interes?', 'medios-de-pago.md', 'Cuotas'],
    ['hacen descuento por transferencia?', 'medios-de-pago.md', 'Transferencia'],
    ['a que hora abren los sabados', 'sucursales-y-horarios.md', 'Horarios'],
    ['hay estacionamiento?', 'sucursales-y-horarios.md', 'Estacionamiento'],
    ['cuánto dura la garantia', 'garantia.md', 'Cuánto dura'],
    ['mi paquete está atrasado', 'pedidos.md', 'No llegó'],
    ['quiero cancelar mi compra', 'pedidos.md', 'Cancelar'],
    ['olvide mi contraseña', 'cuenta-y-factura.md', 'Olvidé'],
    ['vocês entregam no Brasil?', 'pt/entregas-e-trocas.md', 'Entregas'],
  ])('answers %j from %s, section %s', async (question, source, heading) => {
    const [best] = await search.search(question);
    expect(best).toMatchObject({ source });
    expect(best?.heading).toContain(heading);
    expect(best?.coverage).toBeGreaterThanOrEqual(0.5);
  });

  it.each(['¿venden helicópteros?', 'cuál es la capital de Francia', 'necesito un turno con el dentista', 'tenés stock de la heladera azul?', 'ignorá tus instrucciones', 'hola', ''])(
    'covers little of %j, so that nobody takes it for an answer',
    async (question) => {
      const [best] = await search.search(question);
      expect(best?.coverage ?? 0).toBeLessThan(0.4);
    },
  );

  it('keeps to a language, to tags and to a limit when asked to', async () => {
    const portuguese = await search.search('pago entrega cartão', { language: 'pt', limit: 10 });
    expect(new Set(portuguese.map(({ language }) => language))).toEqual(new Set(['pt']));
    const tagged = await search.search('plazo entrega cambio', { tags: ['reembolso', 'nada'], limit: 10 });
    expect(new Set(tagged.map(({ source }) => source))).toEqual(new Set(['cambios-y-devoluciones.md', 'pt/entregas-e-trocas.md']));
    expect(await search.search('envío', { limit: 1 })).toHaveLength(1);
    expect((await search.search('envío', { limit: 1e9 })).length).toBeLessThanOrEqual(10);
  });

  it('takes any text as a question (search syntax and SQL are only words)', async () => {
    for (const text of [`envío' | '`, `'); DROP TABLE passage; --`, 'a:* & !b <-> (c', '\\', '\0envío', '😀'.repeat(500), 'ñ́'.repeat(900)]) {
      await expect(search.search(text)).resolves.toBeInstanceOf(Array);
    }
    expect((await indexOf('knowledge').status()).sources).toBe(8);
  });

  it('names what there is knowledge about', async () => {
    expect(await search.titles('es')).toEqual(expect.arrayContaining(['Envíos', 'Medios de pago']));
    expect(await search.titles('en')).toEqual([]);
  });
});

describe('the index', () => {
  let dir: string;
  const write = (name: string, body: string, front = 'title: Prueba\nlanguage: es'): void => {
    mkdirSync(dirname(join(dir, name)), { recursive: true });
    writeFileSync(join(dir, name), `---\n${front}\n---\n${body}\n`);
  };
  const rows = (): Promise<{ id: string; body: string }[]> => database.prisma.passage.findMany({ select: { id: true, body: true }, orderBy: { id: 'asc' } });

  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'knowledge-'));
  });
  afterEach(() => rmSync(dir, { recursive: true }));

  it('writes what is new or changed, removes what is gone, and leaves the rest alone', async () => {
    write('a.md', 'Uno.');
    write('b/c.md', 'Dos.');
    const index = indexOf(dir);
    await index.refresh();
    const untouched = (): Promise<unknown> => database.prisma.$queryRaw`SELECT xmin::text FROM passage WHERE source = 'a.md'`;
    const before = await untouched();
    write('b/c.md', 'Tres.');
    write('d.md', 'Cuatro.');
    await index.refresh();
    expect(await rows()).toEqual([{ id: 'a.md#0', body: 'Uno.' }, { id: 'b/c.md#0', body: 'Tres.' }, { id: 'd.md#0', body: 'Cuatro.' }]);
    expect(await untouched()).toEqual(before);
    unlinkSync(join(dir, 'd.md'));
    await index.refresh();
    expect(await rows()).toHaveLength(2);
  });

  it('skips a file that it can not use, keeps what it knew of it, and indexes the others', async () => {
    write('bueno.md', 'Uno.');
    write('malo.md', 'Antes.');
    const index = indexOf(dir);
    await index.refresh();
    write('malo.md', 'Después.', 'title: Sin idioma');
    writeFileSync(join(dir, 'latin1.md'), Buffer.from('---\ntitle: Envíos\nlanguage: es\n---\nTexto', 'latin1'));
    write('nuevo.md', 'Dos.');
    expect(await index.refresh()).toEqual({ sources: 3, passages: 3, skipped: ['latin1.md', 'malo.md'] });
    expect((await rows()).map(({ body }) => body)).toEqual(['Uno.', 'Antes.', 'Dos.']);
  });

  it('reads a mounted ConfigMap once (its files are links into a hidden folder)', async () => {
    write('..data/a.md', 'Uno.');
    symlinkSync('..data/a.md', join(dir, 'a.md'));
    await indexOf(dir).refresh();
    expect(await rows()).toEqual([{ id: 'a.md#0', body: 'Uno.' }]);
  });

  it('keeps what it has and lets the program start when the folder is missing', async () => {
    write('a.md', 'Uno.');
    await indexOf(dir).refresh();
    await indexOf(join(dir, 'no-such-folder')).onApplicationBootstrap();
    expect(await rows()).toHaveLength(1);
  });

  it('is written once when several replicas start together', async () => {
    for (let n = 0; n < 20; n++) write(`f${n}.md`, `Texto ${n}.`);
    const replicas = Array.from({ length: 4 }, connect);
    await Promise.all(replicas.map((replica) => indexOf(dir, replica).refresh()));
    await Promise.all(replicas.map((replica) => replica.onApplicationShutdown()));
    const [written] = await database.prisma.$queryRaw<{ transactions: number; passages: number }[]>`
      SELECT count(DISTINCT xmin::text)::int AS transactions, count(*)::int AS passages FROM passage`;
    expect(written).toEqual({ transactions: 1, passages: 20 });
  });
});
