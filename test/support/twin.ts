/** The Botmaker twin for specs that stand beside the code: between rooms of the product it is nobody's business. */
export * from '../../src/sandbox/twin/index.js';
