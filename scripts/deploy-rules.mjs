/**
 * What must hold for a set of Kubernetes documents that are applied together.
 * Pure: documents in, problems out. `check-deploy.mjs` renders, runs and prints.
 */

const SERVICE_PATHS = { livenessProbe: '/health/live', readinessProbe: '/health/ready', startupProbe: '/health/' };
const PUBLIC_PREFIXES = ['/botmaker', '/console', '/api/'];

/** Names that only a Secret may carry. */
export const SECRET_NAMES = new Set([
  'DATABASE_URL',
  'BM_ACCESS_TOKEN',
  'BM_SECURITY_TOKEN',
  'BM_SECURITY_TOKEN_PREVIOUS',
  'BM_CLIENT_ID',
  'BM_SECRET_ID',
  'BM_REFRESH_TOKEN',
  'ENCRYPTION_KEY',
  'ADMIN_API_KEY',
  'OPENAI_API_KEY',
]);

/** `Kind/name`, how every problem begins. */
export const nameOf = (document) => `${document?.kind ?? 'no kind'}/${document?.metadata?.name ?? 'no name'}`;

/**
 * Hands out the same values and crosses each field off `unread` when it is looked at. The published schemas let
 * unknown fields pass, and a compiled validator looks at every field it knows: what nobody looked at is unknown.
 */
function watched(value, path, unread) {
  if (value === null || typeof value !== 'object') return value;
  const children = new Map();
  for (const key of Object.keys(value)) {
    unread.add(`${path}.${key}`);
    children.set(key, watched(value[key], `${path}.${key}`, unread));
  }
  return new Proxy(value, {
    get(target, key) {
      unread.delete(`${path}.${String(key)}`);
      return children.has(key) ? children.get(key) : Reflect.get(target, key);
    },
  });
}

/** The document against the schema of its kind: missing, wrongly typed and unknown fields. */
export async function schemaProblems(document) {
  const { apiVersion, kind } = document ?? {};
  let model;
  try {
    model = (await import(`kubernetes-models/${apiVersion}/${kind}`))[kind];
  } catch {
    return [`${nameOf(document)}: no schema for ${apiVersion} ${kind}`];
  }
  const unread = new Set();
  const problems = [];
  try {
    model.prototype.validate.call(watched(document, '', unread));
  } catch (error) {
    problems.push(`${nameOf(document)}: ${error.message}`);
  }
  for (const path of unread) problems.push(`${nameOf(document)}: unknown field ${path.slice(1)}`);
  return problems;
}

const podOf = (document) => document.spec?.template?.spec;
const labelsOf = (document) => document.spec?.template?.metadata?.labels ?? {};
const selects = (selector, labels) => Object.entries(selector ?? {}).every(([key, value]) => labels[key] === value);

function* containerProblems(container) {
  const context = container.securityContext ?? {};
  if (context.runAsNonRoot !== true) yield 'runAsNonRoot is not true';
  if (context.allowPrivilegeEscalation !== false) yield 'allowPrivilegeEscalation is not false';
  if (context.readOnlyRootFilesystem !== true) yield 'readOnlyRootFilesystem is not true';
  if (context.privileged) yield 'is privileged';
  if (!context.capabilities?.drop?.includes('ALL')) yield 'does not drop ALL capabilities';
  if (context.capabilities?.add?.length) yield 'adds capabilities';
  for (const side of ['requests', 'limits'])
    for (const resource of ['cpu', 'memory'])
      if (!container.resources?.[side]?.[resource]) yield `has no ${side} for ${resource}`;
  if (!/(:[\w.-]+|@sha256:[0-9a-f]{64})$/.test(container.image ?? '')) yield `image ${container.image} has no tag`;
  if (/:latest$/.test(container.image ?? '')) yield 'image has the tag latest';
  for (const variable of container.env ?? [])
    if (SECRET_NAMES.has(variable.name) && 'value' in variable) yield `${variable.name} is written out`;
}

function* podProblems(pod) {
  if (pod.automountServiceAccountToken !== false) yield 'mounts a service account token';
  if (pod.enableServiceLinks !== false) yield 'enableServiceLinks is not false';
  if (pod.hostNetwork || pod.hostPID || pod.hostIPC) yield 'shares a namespace of the host';
  if (pod.securityContext?.runAsNonRoot !== true) yield 'pod: runAsNonRoot is not true';
  if (!(pod.securityContext?.runAsUser >= 10_000)) yield 'pod: runAsUser is below 10000';
  if (pod.securityContext?.seccompProfile?.type !== 'RuntimeDefault') yield 'pod: seccomp profile is not RuntimeDefault';
  for (const volume of pod.volumes ?? []) {
    if (volume.hostPath) yield `volume ${volume.name} is a path of the host`;
    if (volume.emptyDir && !volume.emptyDir.sizeLimit) yield `volume ${volume.name} has no sizeLimit`;
  }
  for (const container of [...(pod.initContainers ?? []), ...(pod.containers ?? [])])
    for (const problem of containerProblems(container)) yield `container ${container.name}: ${problem}`;
}

/** How long a pod may take to leave: its pause before SIGTERM, the program's own grace, and a little for the runtime. */
function secondsToLeave(pod, all) {
  const pause = Math.max(0, ...pod.containers.map(({ lifecycle }) => Number(lifecycle?.preStop?.exec?.command?.[1] ?? 0)));
  const settings = all.find(({ kind, data }) => kind === 'ConfigMap' && data.SHUTDOWN_GRACE_MS);
  return pause + Number(settings?.data.SHUTDOWN_GRACE_MS ?? Infinity) / 1000 + 5;
}

function* deploymentProblems(deployment, all) {
  const { spec } = deployment;
  const targets = (document) => document.spec?.scaleTargetRef?.name === deployment.metadata.name;
  const scaler = all.find((document) => document.kind === 'HorizontalPodAutoscaler' && targets(document));
  if (scaler && spec.replicas !== undefined) yield 'replicas are set here and by the autoscaler';
  if (!((scaler ? scaler.spec.minReplicas : spec.replicas) >= 2)) yield 'fewer than 2 replicas';
  if (spec.strategy?.rollingUpdate?.maxUnavailable !== 0) yield 'rollout: maxUnavailable is not 0';
  if (!(spec.template.spec.terminationGracePeriodSeconds >= 60)) yield 'grace period is below 60 s';
  if (spec.template.spec.terminationGracePeriodSeconds < secondsToLeave(spec.template.spec, all)) yield 'grace period is shorter than preStop and SHUTDOWN_GRACE_MS';
  if (!spec.template.spec.topologySpreadConstraints?.length) yield 'pods are not spread';
  const covers = (document) => selects(document.spec.selector?.matchLabels, labelsOf(deployment));
  const budgets = all.filter((document) => document.kind === 'PodDisruptionBudget' && covers(document));
  if (budgets.length !== 1 || budgets[0].spec.maxUnavailable !== 1) yield 'needs one disruption budget with maxUnavailable 1';
  for (const container of spec.template.spec.containers)
    for (const [probe, path] of Object.entries(SERVICE_PATHS))
      if (!container[probe]?.httpGet?.path?.startsWith(path)) yield `container ${container.name}: ${probe} does not ask ${path}`;
  const sendsHere = ({ kind, spec: service }) => kind === 'Service' && service.clusterIP !== 'None' && selects(service.selector, labelsOf(deployment));
  if (all.some(sendsHere) && !spec.template.spec.containers.every((container) => container.lifecycle?.preStop)) yield 'serves requests without a preStop pause';
}

/** While the database is away each worker takes `1 / REPLICAS` of Botmaker's limits: with too small a number they overrun them together. */
function* limitProblems(settings, all) {
  const scaler = all.find(({ kind, spec }) => kind === 'HorizontalPodAutoscaler' && spec.scaleTargetRef.name.endsWith('-worker'));
  if (Number(settings.data.REPLICAS) < scaler?.spec.maxReplicas) yield `REPLICAS is below the ${scaler.spec.maxReplicas} workers that may run`;
}

function* referenceProblems(document, all) {
  const has = (kind, name) => all.some((other) => other.kind === kind && other.metadata?.name === name);
  const pods = all.filter(podOf);
  const pod = podOf(document);
  if (pod) {
    if (!has('ServiceAccount', pod.serviceAccountName)) yield `no ServiceAccount ${pod.serviceAccountName}`;
    for (const { configMapRef } of pod.containers.flatMap((container) => container.envFrom ?? []))
      if (configMapRef && !has('ConfigMap', configMapRef.name)) yield `no ConfigMap ${configMapRef.name}`;
    for (const { configMap } of pod.volumes ?? []) if (configMap && !has('ConfigMap', configMap.name)) yield `no ConfigMap ${configMap.name} to mount`;
    if (!selects(document.spec.selector?.matchLabels, labelsOf(document))) yield 'selector does not match its own pods';
  }
  if (document.kind === 'Service') {
    const behind = pods.filter((other) => selects(document.spec.selector, labelsOf(other)));
    if (behind.length === 0) yield 'selects no pods';
    for (const { targetPort } of document.spec.ports)
      for (const other of behind)
        if (!podOf(other).containers.some((container) => container.ports?.some((port) => port.name === targetPort)))
          yield `${nameOf(other)} has no port named ${targetPort}`;
  }
  const target = document.spec?.scaleTargetRef;
  if (target && !has(target.kind, target.name)) yield `no ${target.kind} ${target.name}`;
  const picked = { NetworkPolicy: document.spec?.podSelector, PodDisruptionBudget: document.spec?.selector }[document.kind];
  if (picked && !pods.some((other) => selects(picked.matchLabels, labelsOf(other)))) yield 'selects no pods';
}

function* ingressProblems(ingress, all) {
  if (!ingress.spec.tls?.length) yield 'has no TLS';
  if (ingress.spec.defaultBackend) yield 'has a default backend, which would serve every path';
  for (const { path, backend } of (ingress.spec.rules ?? []).flatMap((rule) => rule.http.paths)) {
    if (!PUBLIC_PREFIXES.some((prefix) => path.startsWith(prefix))) yield `opens ${path}`;
    const service = all.find((document) => document.kind === 'Service' && document.metadata.name === backend.service.name);
    if (!service?.spec.ports.some((port) => port.name === backend.service.port.name)) yield `${path} leads to no Service`;
    if (service?.spec.ports.some((port) => port.targetPort === 'management')) yield `${path} leads to the management port`;
  }
}

/** Every pod is under a policy that allows nothing, in both directions; other policies only add to it. */
function* isolationProblems(document, all) {
  const denies = (other) => {
    const { podSelector, policyTypes = [], ingress, egress } = other.spec;
    return !ingress && !egress && policyTypes.length === 2 && selects(podSelector.matchLabels, labelsOf(document));
  };
  if (!all.some((other) => other.kind === 'NetworkPolicy' && denies(other))) yield 'is under no default-deny policy';
}

function* problemsOf(document, all) {
  yield* referenceProblems(document, all);
  if (podOf(document)) {
    yield* podProblems(podOf(document));
    yield* isolationProblems(document, all);
  }
  if (document.kind === 'Deployment') yield* deploymentProblems(document, all);
  if (document.kind === 'Ingress') yield* ingressProblems(document, all);
  if (document.kind === 'ServiceAccount' && document.automountServiceAccountToken !== false) yield 'hands out tokens';
  if (document.kind === 'Secret') yield 'a Secret is among the manifests';
  if (document.kind === 'ConfigMap') {
    yield* limitProblems(document, all);
    for (const key of Object.keys(document.data)) if (SECRET_NAMES.has(key)) yield `${key} belongs into a Secret`;
  }
}

/** Our own rules, for documents that are applied together and whose schemas hold. */
export function policyProblems(documents) {
  return documents.flatMap((document) => [...problemsOf(document, documents)].map((problem) => `${nameOf(document)}: ${problem}`));
}
