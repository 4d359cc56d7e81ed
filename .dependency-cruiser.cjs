// Which room may import which: an allow-list, in the order of the flow. Everything else is an error.
// The same table, with what each room promises, stands in docs/architecture.md.
const may = {
  platform: [],
  correlation: ['platform'],
  botmaker: ['platform', 'correlation'],
  inbox: ['platform', 'correlation'],
  webhook: ['platform', 'correlation', 'botmaker', 'inbox', 'outbox'],
  sweep: ['platform', 'correlation', 'botmaker', 'inbox'],
  knowledge: ['platform'],
  agent: ['platform', 'knowledge'],
  outbox: ['platform', 'correlation', 'botmaker'],
  conversation: ['platform', 'correlation', 'inbox', 'agent', 'outbox', 'botmaker'],
  console: ['platform', 'correlation', 'outbox'],
  doctor: ['platform', 'agent', 'botmaker', 'knowledge'],
  health: ['platform', 'agent', 'botmaker', 'inbox', 'outbox', 'sweep', 'doctor'],
  sandbox: ['platform', 'correlation'],
  cli: ['platform', 'correlation', 'console', 'knowledge', 'doctor', 'sandbox'],
};

const rooms = Object.keys(may);
const anywhere = { path: ['^node_modules/', '^(node:)?[a-z_/]+$', '^src/generated/'] };

module.exports = {
  forbidden: [
    { name: 'no-cycles', comment: 'Data moves one way; what imports in circles cannot be understood alone.', severity: 'error', from: {}, to: { circular: true, pathNot: '^node_modules' } },
    {
      name: 'rooms-talk-through-their-door',
      comment: 'Another room is its index.ts and nothing behind it.',
      severity: 'error',
      from: { path: '^src/([^/]+)/' },
      to: { path: '^src/([^/]+)/', pathNot: ['^src/$1/', '^src/[^/]+/index\\.ts$', '^src/botmaker/sending/index\\.ts$', '^src/generated/'] },
    },
    {
      name: 'only-the-deliver-handler-sends',
      comment: 'What a customer sees goes through one file, where it is claimed first. The module only provides the door.',
      severity: 'error',
      from: { path: '^src/', pathNot: ['^src/outbox/deliver\\.handler\\.ts$', '^src/botmaker/(botmaker\\.module\\.ts$|sending/)', '\\.spec\\.ts$'] },
      to: { path: '^src/botmaker/sending/' },
    },
    { name: 'the-twin-shares-only-the-contract', comment: 'Twin and application check each other; shared code would share its mistakes.', severity: 'error', from: { path: '^src/sandbox/twin/' }, to: { path: '^src/', pathNot: ['^src/sandbox/twin/', '^src/botmaker/contract/openapi\\.json$'] } },
    { name: 'no-dev-dependencies-in-the-product', severity: 'error', from: { path: '^src/', pathNot: '\\.spec\\.ts$' }, to: { dependencyTypes: ['npm-dev'] } },
  ],
  allowedSeverity: 'error',
  allowed: [
    { from: { path: '^src/[^/]+\\.ts$' }, to: {} },
    { from: { path: '\\.spec\\.ts$' }, to: {} },
    { from: { path: '^(src/generated|test)/' }, to: {} },
    { from: { path: '^src/' }, to: anywhere },
    ...rooms.map((room) => ({ from: { path: `^src/${room}/` }, to: { path: `^src/(${[room, ...may[room]].join('|')})/` } })),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^src/generated/' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'require', 'node', 'default', 'types'] },
  },
};
