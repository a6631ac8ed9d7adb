import type { models as identity } from 'oci-identity';
import type { Machines } from '../machines/machine';
import { catalogLimits, type CatalogLimit } from './catalog/limits';
import type { Credentials } from './credentials';
import { newOcid } from './ids';
import { createRegion, type Region } from './region';
import type { CloudSettings, Delays } from './settings';
import type { SimulatedTime } from './time';
import type { Wire } from './wire';

/** What all operations share: one tenancy with its regions. */
export interface World {
  readonly settings: CloudSettings;
  readonly delays: Delays;
  readonly time: SimulatedTime;
  readonly machines: Machines;
  readonly credentials: Credentials;
  readonly tenancyId: string;
  readonly tenancyName: string;
  /** Below the root, which is the tenancy itself. */
  readonly compartments: readonly Wire<identity.Compartment>[];
  readonly regions: readonly Region[];
  readonly home: Region;
  readonly limits: readonly CatalogLimit[];
  /** From where the person reaches instances; tests change it. */
  callerAddress: string;
  readonly problem: (problem: string) => void;
}

export const HOME_REGION = 'ap-tokyo-1';

export function createWorld(
  parts: Pick<World, 'settings' | 'delays' | 'time' | 'machines' | 'credentials' | 'tenancyId' | 'problem'>,
): World {
  const { settings, delays, time, tenancyId } = parts;
  const compartment = (name: string, description: string): Wire<identity.Compartment> => ({
    id: newOcid('compartment', ''),
    compartmentId: tenancyId,
    name,
    description,
    timeCreated: '2026-01-05T09:00:00.000Z',
    lifecycleState: 'ACTIVE',
    isAccessible: true,
    freeformTags: {},
    definedTags: {},
  });
  const compartments = [
    compartment('notebooks', 'Notebook experiments'),
    compartment('production', 'Nothing to play with'),
  ];
  const region = (name: string, key: string, place: string, domainPrefix: string): Region =>
    createRegion(
      {
        name,
        key,
        place,
        isHome: name === HOME_REGION,
        domains: [1, 2, 3].map((n) => ({
          name: `Uocm:${domainPrefix}-AD-${n}`,
          id: newOcid('availabilitydomain', ''),
        })),
      },
      time,
      delays,
      compartments[0]?.id ?? tenancyId,
    );
  const home = region(HOME_REGION, 'NRT', HOME_REGION, 'AP-TOKYO-1');
  return {
    ...parts,
    tenancyName: 'ocigpulab',
    compartments,
    home,
    regions: [home, region('us-phoenix-1', 'PHX', 'phx', 'PHX')],
    limits: catalogLimits.map((limit) => ({ ...limit, value: settings.limits?.[limit.name] ?? limit.value })),
    callerAddress: settings.callerAddress ?? '203.0.113.7',
  };
}
