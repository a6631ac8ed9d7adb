import type { SetupWay } from '../../ports/setup-way';

/** The setup ways as people read them. */
export const setupWayNames: { readonly [way in SetupWay]: string } = {
  native: 'native packages',
  dockerHub: 'Docker Hub image',
  ngc: 'NVIDIA NGC image',
};
