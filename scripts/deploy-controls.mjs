/**
 * Deliberate mistakes: each spoils a good set of manifests in one place, and the checks must notice it.
 * A rule without a mistake here is a rule nobody has seen failing.
 */

const find = (documents, kind, part = '') => documents.find((document) => document.kind === kind && document.metadata.name.includes(part));
const podOf = (documents) => find(documents, 'Deployment', 'api').spec.template.spec;
const containerOf = (documents) => podOf(documents).containers[0];
const pathOf = (documents) => find(documents, 'Ingress').spec.rules[0].http.paths[0];
const without = (documents, kind, part) => documents.splice(documents.indexOf(find(documents, kind, part)), 1);

const management = { name: 'botmaker-agent-management', port: { name: 'management' } };

/** `kind`: what the set must contain for the mistake to be possible. */
export const controls = [
  { mistake: 'a typo in a field', expected: /unknown field spec\.revisionHistoryLimt/, make: (all) => (find(all, 'Deployment').spec.revisionHistoryLimt = 3) },
  { mistake: 'a typo deep inside', expected: /unknown field .*readinessProbe\.httpGet\.pth/, make: (all) => (containerOf(all).readinessProbe.httpGet.pth = '/') },
  { mistake: 'a typo in a policy', expected: /unknown field spec\.policyType$/, make: (all) => (find(all, 'NetworkPolicy').spec.policyType = []) },
  { mistake: 'a field of the wrong type', expected: /periodSeconds must be integer/, make: (all) => (containerOf(all).livenessProbe.periodSeconds = 'ten') },
  { mistake: 'a missing required field', expected: /must have required property selector/, make: (all) => delete find(all, 'Deployment').spec.selector },
  { mistake: 'a kind that does not exist', expected: /no schema for/, make: (all) => (find(all, 'Deployment').kind = 'Deploymnt') },
  { mistake: 'a container that may be root', expected: /container app: runAsNonRoot/, make: (all) => delete containerOf(all).securityContext.runAsNonRoot },
  { mistake: 'a pod of root', expected: /runAsUser is below/, make: (all) => (podOf(all).securityContext.runAsUser = 0) },
  { mistake: 'a writable root', expected: /readOnlyRootFilesystem/, make: (all) => (containerOf(all).securityContext.readOnlyRootFilesystem = false) },
  { mistake: 'capabilities that are kept', expected: /drop ALL/, make: (all) => (containerOf(all).securityContext.capabilities.drop = ['NET_RAW']) },
  { mistake: 'escalation', expected: /allowPrivilegeEscalation/, make: (all) => delete containerOf(all).securityContext.allowPrivilegeEscalation },
  { mistake: 'no seccomp profile', expected: /seccomp/, make: (all) => delete podOf(all).securityContext.seccompProfile },
  { mistake: 'a token of the cluster', expected: /service account token/, make: (all) => delete podOf(all).automountServiceAccountToken },
  { mistake: 'no memory limit', expected: /no limits for memory/, make: (all) => delete containerOf(all).resources.limits.memory },
  { mistake: 'the tag latest', expected: /tag latest/, make: (all) => (containerOf(all).image = 'botmaker-agent:latest') },
  { mistake: 'no tag', expected: /has no tag/, make: (all) => (containerOf(all).image = 'botmaker-agent') },
  { mistake: 'a secret written out', expected: /ENCRYPTION_KEY is written out/, make: (all) => (containerOf(all).env = [{ name: 'ENCRYPTION_KEY', value: 'x' }]) },
  { mistake: 'a secret among the settings', expected: /ADMIN_API_KEY belongs into/, make: (all) => (find(all, 'ConfigMap', 'agent-config').data.ADMIN_API_KEY = 'x') },
  { mistake: 'no liveness probe', expected: /livenessProbe does not ask/, make: (all) => delete containerOf(all).livenessProbe },
  { mistake: 'a readiness that asks the dependencies', expected: /readinessProbe does not ask/, make: (all) => (containerOf(all).readinessProbe.httpGet.path = '/health') },
  { mistake: 'no pause before SIGTERM', expected: /preStop/, make: (all) => delete containerOf(all).lifecycle },
  { mistake: 'a program that takes longer than its pod', expected: /shorter than preStop and SHUTDOWN_GRACE_MS/, make: (all) => (find(all, 'ConfigMap', 'agent-config').data.SHUTDOWN_GRACE_MS = '50000') },
  { mistake: 'a rollout with a gap', expected: /maxUnavailable is not 0/, make: (all) => (find(all, 'Deployment').spec.strategy.rollingUpdate.maxUnavailable = 1) },
  { mistake: 'one replica', expected: /fewer than 2/, make: (all) => (find(all, 'HorizontalPodAutoscaler', 'api').spec.minReplicas = 1) },
  { mistake: 'replicas decided twice', expected: /replicas are set here/, make: (all) => (find(all, 'Deployment', 'api').spec.replicas = 3) },
  { mistake: 'more workers than share the limits', expected: /REPLICAS is below/, make: (all) => (find(all, 'HorizontalPodAutoscaler', 'worker').spec.maxReplicas = 9) },
  { mistake: 'no disruption budget', expected: /disruption budget/, make: (all) => without(all, 'PodDisruptionBudget', 'api') },
  { mistake: 'no default deny', expected: /default-deny/, make: (all) => without(all, 'NetworkPolicy', 'default-deny') },
  { mistake: 'a Service that selects nothing', expected: /Service\/.*selects no pods/, make: (all) => (find(all, 'Service').spec.selector = { app: 'other' }) },
  { mistake: 'a port that no pod has', expected: /no port named/, make: (all) => (find(all, 'Service').spec.ports[0].targetPort = 'htp') },
  { mistake: 'an ingress for everything', kind: 'Ingress', expected: /opens \/$/, make: (all) => (pathOf(all).path = '/') },
  { mistake: 'an ingress to the metrics', kind: 'Ingress', expected: /management port/, make: (all) => (pathOf(all).backend.service = management) },
  { mistake: 'an ingress without TLS', kind: 'Ingress', expected: /has no TLS/, make: (all) => delete find(all, 'Ingress').spec.tls },
  { mistake: 'a file that does not exist', expected: /no ConfigMap other to mount/, make: (all) => (podOf(all).volumes.find(({ configMap }) => configMap).configMap.name = 'other') },
  { mistake: 'settings that do not exist', expected: /no ConfigMap/, make: (all) => (containerOf(all).envFrom[0].configMapRef.name = 'other') },
];
