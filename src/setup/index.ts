export { createSetup } from './setup';
export { isSystemWide } from './places';
export { whyNotSetUp } from './probe';
export type * from './types';
