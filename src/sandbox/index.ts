export { configOfRunningSandbox, startSandbox, type Sandbox } from './sandbox.js';
export { SandboxModule } from './sandbox.module.js';
