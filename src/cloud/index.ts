/** The cloud room's door. Import it by `await import()`; types alone may be imported statically. */
export { createCloud, type Cloud, type CloudDeps } from './cloud';
export { readProfile, readProfiles, type Profile, type ProfileEntry, type Profiles } from './profiles';
export { describeProblem, signInCommand, type ProblemText, type ProfileProblem } from './profile-problem';
export {
  openCredentials,
  passphraseSecretKey,
  type Credentials,
  type CredentialsDeps,
  type CredentialsOutcome,
} from './credentials';
export { CloudError, isCloudError, saysOutOfCapacity, type CloudErrorKind } from './errors';
export { hourlyPrice } from './shapes';
export { launchTags, readLaunchTags, tagNames, type LaunchTags } from './tags';
export { labNetworkName, type NetworkStep } from './network';
export type { PowerAction } from './instances';
export type { Fetch } from './http-client';
export * from './types';
export { fitOf, shapeProblem, type Fit } from './fit';
export type { LimitQuestion } from './limits';
export type { AskedShape } from './capacity';
export type { NetworkRemoval } from './network-removal';
export { toCidr, type SshSource } from './ssh-sources';
