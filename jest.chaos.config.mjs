import config from './jest.config.mjs';

// The long proofs: one after the other, because each of them wants the machine for itself.
export default {
  ...config,
  testMatch: ['<rootDir>/test/chaos/*.chaos.ts'],
  testTimeout: 3_600_000,
  maxWorkers: 1,
};
