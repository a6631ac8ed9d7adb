export { createSetup } from './setup';
export { isPackageRequirement } from './plan';
export type * from './types';
