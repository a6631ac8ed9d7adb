/** Where things are on the instance. The same paths stand in resources/setup/. */
export const labFolder = '/opt/oci-gpu-lab';
export const setupFolder = `${labFolder}/setup`;
export const tokenFile = `${labFolder}/jupyter/token`;
