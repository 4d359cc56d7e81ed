export { SweepModule } from './sweep.module.js';
export { Sweep } from './sweep.service.js';
