export type { Step } from './connect/plan-redirection.js';
export { Redirection, type Wish } from './connect/redirection.service.js';
export { DoctorModule } from './doctor.module.js';
export { Doctor } from './doctor.service.js';
export { judgeConfigProblems } from './judge/judge-own.js';
export { renderReport, reportOf, type Report } from './report.js';
export { SetupHealth } from './setup.health.js';
export { SetupWatch } from './setup-watch.job.js';
export { languages, topics, type Language } from './words/entry.js';
