import { isPackageRequirement } from '../../ports/package-requirement';

/** What a typed text means, or a sentence that says why it will not do. */
export type Parsed<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly message: string };

/** An IPv4 address or range to open port 22 to; an address alone means exactly that one. */
export function parseCidr(text: string): Parsed<string> {
  const match = /^(\d{1,3}(?:\.\d{1,3}){3})(?:\/(\d{1,2}))?$/.exec(text.trim());
  const address = match?.[1];
  const bits = match?.[2] === undefined ? 32 : Number(match[2]);
  if (address === undefined || bits > 32 || address.split('.').some((part) => Number(part) > 255)) {
    return {
      ok: false,
      message: 'Type an IPv4 address such as 203.0.113.7, or a range such as 203.0.113.0/24.',
    };
  }
  return { ok: true, value: `${address}/${bits}` };
}

/** Whether a range holds every address there is. */
export function isEverybody(cidr: string): boolean {
  return cidr.endsWith('/0');
}

/** The host of a web address; undefined when it is none. */
export function hostOf(address: string): string | undefined {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  return url && /^https?:$/.test(url.protocol) ? url.host : undefined;
}

/** Whom to log in as, and where. */
export interface Login {
  readonly user: string;
  readonly host: string;
  readonly port: number;
}

/** A login at a host: `user@host` or `user@host:port`, an IPv6 address in brackets. */
export function parseLogin(text: string): Parsed<Login> {
  const match = /^([^@\s]+)@([\w.-]+|\[[\da-fA-F:]+\])(?::(\d{1,5}))?$/.exec(text.trim());
  const [, user, host, port] = match ?? [];
  if (user === undefined || host === undefined || Number(port ?? 22) > 65_535)
    return { ok: false, message: 'Type user@host, or user@host:port.' };
  return { ok: true, value: { user, host: host.replace(/^\[|\]$/g, ''), port: Number(port ?? 22) } };
}

/** @param least GB that the image needs */
export function parseBootVolume(text: string, least: number): Parsed<number> {
  const size = Number(text.trim());
  // 50 GB and 32 TB are OCI's own bounds for boot volumes.
  const floor = Math.max(50, least);
  if (!Number.isInteger(size) || size < floor || size > 32_768) {
    return { ok: false, message: `Type a whole number of GB from ${floor} to 32768.` };
  }
  return { ok: true, value: size };
}

/** Package names for pip, with versions and extras where given: `pandas scikit-learn==1.5 "x[y]"` without quotes. */
export function parsePackages(text: string): Parsed<string[]> {
  // A comma stands between names, and within `numpy>=1.26,<2`.
  const names = text.split(/\s+|,(?![<>=!~])/).filter((name) => name !== '');
  const wrong = names.find((name) => !isPackageRequirement(name));
  return wrong === undefined
    ? { ok: true, value: names }
    : { ok: false, message: `"${wrong}" is no package name.` };
}

/** A display name: OCI takes anything up to 255 characters, people and file names do not. */
export function parseName(text: string): Parsed<string> {
  const name = text.trim();
  if (!/^[A-Za-z0-9][\w.-]{0,62}$/.test(name)) {
    return { ok: false, message: 'Use letters, digits, dots and dashes; begin with a letter or digit.' };
  }
  return { ok: true, value: name };
}

/** The message of a text that will not do, as input boxes want it. */
export function complaint<T>(parse: (text: string) => Parsed<T>): (text: string) => string | undefined {
  return (text) => {
    const parsed = parse(text);
    return parsed.ok ? undefined : parsed.message;
  };
}
