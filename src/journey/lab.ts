import type { InstanceRecord, LaunchPlan, KeyReference } from '../instances/record';
import type { ServerStatus } from '../jupyter';
import type { Event } from '../ports/disposable';
import type { SetupWay } from '../ports/setup-way';
import type { HostFacts } from '../setup/types';
import type { ShownHostKey, SshShell } from '../ssh/types';

/** What is there in the place of a Jupyter that takes the instance's token. */
export type NotAnswering = Exclude<ServerStatus['kind'], 'answers'>;

/** What the last try to reach an instance met. */
export interface LastTry {
  /** A sentence for the person. */
  readonly message: string;
  /** Its port gave no answer of any kind, as where a security rule does not let this address in. */
  readonly isSilent?: boolean;
}

/** The tunnel as the status bar, the tree and the commands show it. `lastTry`: as long as the next one goes on. */
export type TunnelView =
  | { readonly kind: 'down' }
  | { readonly kind: 'starting'; readonly lastTry?: LastTry }
  /** `moved`: not the remote port's own number, because something else holds that. */
  | { readonly kind: 'up'; readonly localPort: number; readonly moved: boolean }
  | {
      readonly kind: 'reconnecting';
      readonly localPort: number;
      readonly sinceMs: number;
      readonly lastTry?: LastTry;
    }
  /** The link is up, but Jupyter does not answer at its other end. */
  | {
      readonly kind: 'notAnswering';
      readonly because: NotAnswering;
      readonly localPort: number;
      readonly sinceMs: number;
    }
  | ({ readonly kind: 'failed' } & LastTry);

/** A kernel that runs on the instance. */
export interface KernelView {
  readonly id: string;
  /** The name of its file. */
  readonly notebook: string;
  /** The path of its session on the server, which tells notebooks of one name apart. */
  readonly sessionPath: string;
  readonly state: string;
}

/** An instance as it is shown: the record, and what lives only while the editor runs. */
export interface InstanceView {
  readonly record: InstanceRecord;
  readonly tunnel: TunnelView;
  /** Another window owns it: shown and followed here, acted on there. */
  readonly ownedElsewhere: boolean;
  readonly kernels: readonly KernelView[];
}

/** Why a part of the cloud could not be read: each is mended in another way. */
export type UnreadReason =
  /** Its session has ended. */
  | 'signedOut'
  | 'passphrase'
  /** The profile is not as OCI needs it. */
  | 'unusable'
  | 'noAnswer'
  /** OCI answered, and did not say what was asked. */
  | 'refused';

/** What the last look at the cloud could not read: machines there may run, and be billed. */
export interface Unread {
  readonly profile: string;
  /** Absent: the profile as a whole. */
  readonly region?: string;
  /** The name of one instance, where only that could not be read. */
  readonly instance?: string;
  readonly why: UnreadReason;
}

/** A package that is installed where the kernels run (M18). */
export interface InstalledPackage {
  readonly name: string;
  readonly version: string;
}

/** What Jupyter's clients need. Loopback only. */
export interface JupyterAccess {
  /** `http://127.0.0.1:<local port>/` */
  readonly baseUrl: string;
  readonly token: string;
}

/** Asked of the person while the journey goes on; implemented in the editor. */
export interface Questions {
  /** Nothing vouches for the key, or it is another than the known one: show it, and ask whether to trust it. */
  trustHostKey(instance: InstanceRecord, shown: ShownHostKey): Promise<boolean>;
  /** An SSH host was looked at: show what was found and what will be done, and ask whether to add it. */
  acceptHost(host: InstanceRecord, found: HostFacts): Promise<boolean>;
  /** The NGC API key, checked for its form. */
  ngcKey(): Promise<string | undefined>;
  passphrase(what: string, wrongBefore: boolean): Promise<string | undefined>;
}

/**
 * The private key that a person gave for an instance: where it is, with the passphrase of its file, or the key itself,
 * unencrypted. The lab keeps what is secret of it among the secrets, a key as long as its instance can be reached.
 */
export type GivenKey =
  | Extract<KeyReference, { kind: 'agent' }>
  | (Extract<KeyReference, { kind: 'file' }> & { readonly passphrase?: string })
  | { readonly kind: 'private'; readonly privateKeyPem: string };

/** A host to go through on the way to an instance. */
export interface JumpHost {
  readonly host: string;
  readonly port: number;
  readonly user: string;
}

/** An instance, and the work that has begun with it in this window. */
export interface Begun {
  readonly id: string;
  readonly ended: Promise<ActionOutcome>;
}

/** What can be chosen with a set-up besides the way. */
export interface SetupChoice {
  /** The tag of the container image; absent: the one that was chosen for this way before, or its default. */
  readonly containerTag?: string;
  readonly extraPackages?: readonly string[];
}

/** What came of an action; a failure has already been written into the record's phase or is in `message`. */
export type ActionOutcome =
  | { readonly kind: 'done' }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'failed'; readonly message: string };

/** What came of opening port 22 to an address: compared with what the rule let in before. Ranges in CIDR form. */
export type AccessOutcome =
  | { readonly kind: 'opened'; readonly cidr: string; readonly before: readonly string[] }
  | { readonly kind: 'wasOpen'; readonly cidr: string; readonly by: string }
  | Extract<ActionOutcome, { kind: 'failed' }>;

/**
 * The whole journey behind one face: what every surface of the editor renders and calls.
 * Ids are record ids. Long work goes on in the background and shows in the record's phase; the promise of
 * an action resolves when its work has ended, so a caller may show it as progress or let it be.
 */
export interface Lab {
  readonly instances: readonly InstanceView[];
  /** What the last {@link refresh} could not read. */
  readonly unread: readonly Unread[];
  /** Fires after any change of any instance, and of what is unread. */
  readonly onDidChange: Event<void>;
  get(id: string): InstanceView | undefined;
  /** Fires with work that another window, or an earlier one, has left, and that goes on in this one from now on. */
  readonly onDidInherit: Event<Begun>;
  /** Fires, in the window that owns it, with a ready instance that has failed since it shows another host key. */
  readonly onDidRefuseHostKey: Event<string>;

  /** Writes the record first, then creates things. @returns the record's id at once. */
  launch(plan: LaunchPlan, key: GivenKey): Promise<Begun>;
  /** Stops whatever is going on. A launch is rolled back: nothing made by it stays. */
  cancel(id: string): Promise<ActionOutcome>;
  /** Goes on from where it failed. */
  retry(id: string): Promise<ActionOutcome>;
  start(id: string): Promise<ActionOutcome>;
  stop(id: string): Promise<ActionOutcome>;
  terminate(id: string, options: { readonly keepBootVolume: boolean }): Promise<ActionOutcome>;
  /** Deletes the disk that was kept when its instance was terminated. */
  deleteBootVolume(id: string): Promise<ActionOutcome>;
  /** Removes an instance from the list, with its kept key and its log. What the cloud has is left as it is. */
  forget(id: string): Promise<void>;
  /** Sets up, or again in another way; what is not chosen here stays, but a tag belongs to its way. */
  setUp(id: string, way: SetupWay, choice?: SetupChoice): Promise<ActionOutcome>;
  setTunnel(id: string, wanted: boolean): Promise<ActionOutcome>;
  /** Trusts a key that the person has compared, in the place of what was trusted there before, and goes on. */
  trustHostKey(id: string, shown: ShownHostKey): Promise<ActionOutcome>;
  /**
   * Opens port 22 to one more address. What waits for its next try is tried at once; where it failed, whether the port
   * answers now is for {@link retry} to see.
   */
  allowSshFrom(id: string, cidr: string): Promise<AccessOutcome>;
  /** Goes through this host from now on, or through none, and tries again. It takes the instance's own key. */
  reachBy(id: string, jump: JumpHost | undefined): Promise<ActionOutcome>;
  /** Logs in with this key from now on, and goes on where the missing one had stopped it. */
  chooseSshKey(id: string, key: GivenKey): Promise<ActionOutcome>;

  /**
   * Reads the cloud again: states, and instances that no record knows. What cannot be read is {@link unread}.
   * @throws why, when nothing at all could be read
   */
  refresh(signal?: AbortSignal): Promise<void>;
  addSshHost(host: {
    readonly name: string;
    readonly host: string;
    readonly port: number;
    readonly user: string;
    readonly key: GivenKey | undefined;
    /** A host to go through first; it takes the same key. */
    readonly jump?: JumpHost;
  }): Promise<Begun>;
  /** Takes over an instance that the compartment already holds. */
  adopt(instance: {
    readonly profile: string;
    readonly region: string;
    readonly instanceId: string;
    readonly key: GivenKey | undefined;
  }): Promise<Begun>;

  /**
   * The setup log from its first byte, followed through all set-ups until `signal` aborts. An empty text says that
   * all there is now has been given.
   */
  setupLog(id: string, signal: AbortSignal): AsyncIterable<string>;
  openShell(id: string, size: { readonly columns: number; readonly rows: number }): Promise<SshShell>;
  /** `ssh -i … user@host` as the person would type it. Writes a generated key 0600 when one is needed. */
  sshCommand(id: string): Promise<string>;
  packages(id: string, signal?: AbortSignal): Promise<readonly InstalledPackage[]>;
  /**
   * Where Jupyter is reached: the local port stays the instance's own, whether the tunnel is up at the moment or not.
   * @throws when it has never had one, or when nobody knows the token
   */
  jupyter(id: string, signal?: AbortSignal): Promise<JupyterAccess>;
  /** The kernels that run there by now, asked anew; those last known where Jupyter cannot be asked. */
  kernels(id: string): Promise<readonly KernelView[]>;
  /** Whether JupyterLab takes a password besides the token; asked on the instance, which alone knows. */
  hasPassword(id: string, signal?: AbortSignal): Promise<boolean>;
  /** Sets it, or takes it away when empty: then the token alone opens JupyterLab. */
  setPassword(id: string, password: string): Promise<ActionOutcome>;
  dispose(): Promise<void>;
}
