export { SweepHealth } from './sweep.health.js';
export { SweepModule } from './sweep.module.js';
export { Sweep } from './sweep.service.js';
export { SweepWatch } from './sweep-watch.job.js';
