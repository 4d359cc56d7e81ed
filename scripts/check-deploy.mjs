/**
 * Checks everything that runs the product elsewhere: Kubernetes manifests, Dockerfile, compose file.
 * One line per check; all problems at once; exit code 1 when there is one.
 *   node scripts/check-deploy.mjs
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse, parseAllDocuments } from 'yaml';
import { policyProblems, schemaProblems, SECRET_NAMES } from './deploy-rules.mjs';
import { controls } from './deploy-controls.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const read = (path) => readFileSync(join(root, path), 'utf8');

/** Every document of a YAML text; a syntax error or a repeated key is thrown. */
function documentsIn(text) {
  return parseAllDocuments(text).map((document) => {
    if (document.errors.length > 0) throw document.errors[0];
    return document.toJS();
  });
}

function run(command, args) {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd: root, encoding: 'utf8', timeout: 20_000 });
  return { found: error?.code !== 'ENOENT', status, stdout, stderr: stderr || (error?.message ?? '') };
}

const bin = (path) => join(root, 'node_modules', path);

/** What kubectl would apply. Its notes on deprecated fields go to stderr and are no problem. */
function rendered(folder) {
  const { status, stdout, stderr } = run('kubectl', ['kustomize', folder]);
  if (status !== 0) throw new Error(`kubectl kustomize ${folder}: ${stderr.replace(/^# Warning.*\n/gm, '').trim()}`);
  return documentsIn(stdout);
}

/** The base without kubectl: its files, the tags of its images and its generated settings, put together by hand. */
function baseFromFiles() {
  const kustomization = parse(read('deploy/base/kustomization.yaml'));
  const tags = new Map(kustomization.images.map(({ name, newTag }) => [name, `${name}:${newTag}`]));
  const documents = kustomization.resources.flatMap((file) => documentsIn(read(`deploy/base/${file}`)));
  for (const document of documents)
    for (const container of document.spec?.template?.spec?.containers ?? [])
      container.image = tags.get(container.image) ?? container.image;
  const settings = kustomization.configMapGenerator.map(({ name, literals = [], files = [] }) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name },
    data: Object.fromEntries([...literals.map((literal) => /^([^=]+)=(.*)$/.exec(literal).slice(1)), ...files.map((file) => [file, read(`deploy/base/${file}`)])]),
  }));
  return [...documents, ...settings];
}

/** How to come by each set of documents that is applied together, by name. */
function manifestSources() {
  const { found, stdout } = run('kubectl', ['version', '--client']);
  if (!found) {
    console.log('note  kubectl is not installed: overlays are NOT rendered, the files of the base are checked as they are');
    return new Map([['deploy/base (files)', baseFromFiles]]);
  }
  const version = /GitVersion:"(v[\d.]+)|Client Version: (v[\d.]+)/.exec(stdout)?.slice(1).find(Boolean) ?? 'of unknown version';
  console.log(`note  kubectl ${version} renders`);
  const overlays = readdirSync(join(root, 'deploy/overlays')).map((name) => `deploy/overlays/${name}`);
  return new Map(['deploy/base', ...overlays].map((folder) => [folder, () => rendered(folder)]));
}

async function manifestProblems(documents) {
  const schema = (await Promise.all(documents.map(schemaProblems))).flat();
  return schema.length > 0 ? schema : policyProblems(documents);
}

/** Each deliberate mistake must be found; otherwise the checks above prove nothing. */
async function controlProblems(documents, possible) {
  const missed = [];
  for (const { mistake, make, expected } of possible) {
    const spoiled = structuredClone(documents);
    make(spoiled);
    const problems = await manifestProblems(spoiled);
    if (problems.some((problem) => expected.test(problem))) continue;
    missed.push(`not noticed: ${mistake} (found: ${problems.join('; ') || 'nothing'})`);
  }
  return missed;
}

/** Settings and secrets by the names the app knows, and the example of the Secret complete. */
function nameProblems(sets) {
  const example = new Set(Object.keys(parse(read('deploy/secret.example.yaml')).stringData));
  const problems = [...SECRET_NAMES].filter((name) => !example.has(name)).map((name) => `secret.example.yaml lacks ${name}`);
  for (const [name, value] of Object.entries(parse(read('deploy/secret.example.yaml')).stringData))
    if (value !== '') problems.push(`secret.example.yaml has a value for ${name}`);
  for (const name of example) if (!SECRET_NAMES.has(name)) problems.push(`secret.example.yaml: ${name} is not listed as a secret`);
  const known = new Set([...read('.env.example').matchAll(/^#?\s*([A-Z][A-Z0-9_]+)=/gm)].map(([, name]) => name));
  const keys = sets.flat().filter(({ kind }) => kind === 'ConfigMap').flatMap(({ data }) => Object.keys(data));
  // A file that is mounted is no setting; it has a dot in its name, which no variable has.
  const settings = keys.filter((key) => !key.includes('.'));
  for (const name of new Set([...settings, ...example])) if (!known.has(name)) problems.push(`.env.example does not know ${name}`);
  return problems;
}

function dockerfileProblems() {
  const { stdout, stderr } = run(process.execPath, [bin('dockerfilelint/bin/dockerfilelint'), '--json', 'Dockerfile']);
  if (!stdout.startsWith('{')) return [`dockerfilelint: ${stderr.trim()}`];
  const issues = JSON.parse(stdout).files.flatMap((file) => file.issues);
  const problems = issues.map(({ line, title, description }) => `Dockerfile:${line}: ${title}: ${description}`);
  const text = read('Dockerfile').replace(/\\\n/g, ' ');
  for (const [, copied] of text.matchAll(/^COPY (?!--from)(.+) \S+$/gm))
    for (const source of copied.split(/\s+/)) if (!existsSync(join(root, source))) problems.push(`Dockerfile copies ${source}, which does not exist`);
  const user = [...text.matchAll(/^USER (.+)$/gm)].at(-1)?.[1] ?? '';
  if (!/^[1-9]\d*(:\d+)?$/.test(user)) problems.push('Dockerfile: the last USER is not a number other than 0');
  for (const [install] of text.matchAll(/npm (ci|i|install)\b.*$/gm))
    if (!/^npm ci .*--ignore-scripts/.test(install)) problems.push(`Dockerfile: ${install} runs install scripts`);
  for (const needed of ['HEALTHCHECK', 'ENTRYPOINT ["/usr/bin/tini"']) if (!text.includes(`\n${needed}`)) problems.push(`Dockerfile: no ${needed}`);
  return problems;
}

function composeProblems() {
  const lint = [bin('dclint/bin/dclint.cjs'), '--max-warnings', '0', 'docker-compose.yml'];
  const { status, stdout, stderr } = run(process.execPath, lint);
  const problems = status === 0 ? [] : `${stdout}${stderr}`.trim().split('\n');
  const text = read('docker-compose.yml');
  for (const [, name] of text.matchAll(/\$\{(\w*(?:PASSWORD|TOKEN|KEY|SECRET)\w*)(?!\w*:\?)/g))
    problems.push(`docker-compose.yml: ${name} is not required with \${${name}:?…}`);
  for (const [name, service] of Object.entries(parse(text, { merge: true }).services)) {
    for (const port of service.ports ?? [])
      if (!port.startsWith('127.0.0.1:')) problems.push(`docker-compose.yml: ${name} publishes ${port} beyond loopback`);
    if (!service.security_opt?.includes('no-new-privileges:true')) problems.push(`docker-compose.yml: ${name} may gain privileges`);
    if (service.build && !(service.read_only && service.cap_drop?.includes('ALL'))) problems.push(`docker-compose.yml: ${name} is not read-only without capabilities`);
    if (service.image && !/:[\w.-]+$/.test(service.image.replace(/:latest$/, ''))) problems.push(`docker-compose.yml: ${name} has no fixed image tag`);
  }
  return problems;
}

async function main() {
  const all = [];
  const check = async (title, find) => {
    const problems = await Promise.resolve().then(find).catch((error) => [error.message]);
    console.log(`${problems.length === 0 ? 'ok   ' : 'FAIL '} ${title}`);
    for (const problem of problems) console.log(`      ${problem}`);
    all.push(...problems);
  };
  const sets = [];
  for (const [name, documentsOf] of manifestSources())
    await check(`${name}: schemas and policies`, () => manifestProblems(sets[sets.push(documentsOf()) - 1]));
  const largest = [...sets].sort((one, other) => other.length - one.length)[0] ?? [];
  const possible = controls.filter(({ kind }) => !kind || largest.some((document) => document.kind === kind));
  if (largest.length > 0) await check(`${possible.length} of ${controls.length} deliberate mistakes are made, and noticed`, () => controlProblems(largest, possible));
  await check('deploy/secret.example.yaml: schema', async () => (await Promise.all(documentsIn(read('deploy/secret.example.yaml')).map(schemaProblems))).flat());
  await check('settings and secrets have the names the app knows', () => nameProblems(sets));
  await check('Dockerfile', dockerfileProblems);
  await check('docker-compose.yml', composeProblems);
  console.log(all.length === 0 ? 'deployment files: no problems' : `deployment files: ${all.length} problem(s)`);
  process.exitCode = all.length === 0 ? 0 : 1;
}

await main();
