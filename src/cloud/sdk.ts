/**
 * The SDK's packages together, so that they become one chunk. Import this file by `await import()` alone: a dynamic
 * import of the packages themselves would give a bundle of CommonJS modules only their `default`.
 */
export * as common from 'oci-common';
export * as core from 'oci-core';
export * as identity from 'oci-identity';
export * as limits from 'oci-limits';
export * as workRequests from 'oci-workrequests';
