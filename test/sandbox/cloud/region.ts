import type { models as core } from 'oci-core';
import type { models as work } from 'oci-workrequests';
import type { Machine, MachineDisk } from '../machines/machine';
import { catalogImages, imageRecord, type ImageRecord } from './catalog/images';
import { shapesOf, type CatalogShape } from './catalog/shapes';
import type { Delays } from './settings';
import { Table } from './table';
import type { SimulatedTime } from './time';
import type { Wire } from './wire';

/** A security group with its rules, which the API keeps apart from it. */
export interface SecurityGroup extends Wire<core.NetworkSecurityGroup> {
  readonly rules: readonly Wire<core.SecurityRule>[];
}

export interface WorkRequest extends Wire<work.WorkRequest> {
  readonly errors: readonly Wire<work.WorkRequestError>[];
  readonly logs: readonly Wire<work.WorkRequestLogEntry>[];
}

/** A capture with the text as it was then. */
export interface ConsoleCapture extends Wire<core.ConsoleHistory> {
  readonly text: string;
}

/** Everything that one region holds. */
export interface Region {
  readonly name: string;
  /** `NRT` */
  readonly key: string;
  /** As it stands in OCIDs and in Instance.region: `phx`, `ap-tokyo-1`. */
  readonly place: string;
  readonly isHome: boolean;
  readonly domains: readonly { readonly name: string; readonly id: string }[];
  readonly shapes: readonly CatalogShape[];
  readonly images: Table<ImageRecord>;
  readonly vcns: Table<Wire<core.Vcn>>;
  readonly gateways: Table<Wire<core.InternetGateway>>;
  readonly routeTables: Table<Wire<core.RouteTable>>;
  readonly securityLists: Table<Wire<core.SecurityList>>;
  readonly securityGroups: Table<SecurityGroup>;
  readonly subnets: Table<Wire<core.Subnet>>;
  readonly instances: Table<Wire<core.Instance>>;
  readonly vnics: Table<Wire<core.Vnic>>;
  readonly vnicAttachments: Table<Wire<core.VnicAttachment>>;
  readonly bootVolumes: Table<Wire<core.BootVolume>>;
  readonly bootVolumeAttachments: Table<Wire<core.BootVolumeAttachment>>;
  readonly consoles: Table<ConsoleCapture>;
  readonly workRequests: Table<WorkRequest>;
  /** What is booted behind an instance. */
  readonly machines: Map<string, Promise<Machine>>;
  /** The kept disk behind a boot volume that is not attached. */
  readonly disks: Map<string, MachineDisk>;
}

export function createRegion(
  identity: Pick<Region, 'name' | 'key' | 'place' | 'isHome' | 'domains'>,
  time: SimulatedTime,
  delays: Delays,
  customImagesIn: string,
): Region {
  const late = { listMs: delays.listLag, getMs: delays.unknownId };
  const prompt = { listMs: 0, getMs: 0 };
  const region: Region = {
    ...identity,
    shapes: shapesOf(identity.name),
    images: new Table('image', time, prompt),
    vcns: new Table('vcn', time, late),
    gateways: new Table('internetgateway', time, late),
    routeTables: new Table('routetable', time, late),
    securityLists: new Table('securitylist', time, late),
    securityGroups: new Table('networksecuritygroup', time, late),
    subnets: new Table('subnet', time, late),
    instances: new Table('instance', time, late),
    vnics: new Table('vnic', time, prompt),
    vnicAttachments: new Table('vnicattachment', time, prompt),
    bootVolumes: new Table('bootvolume', time, late),
    bootVolumeAttachments: new Table('bootvolumeattachment', time, prompt),
    consoles: new Table('consolehistory', time, late),
    workRequests: new Table('workrequest', time, late),
    machines: new Map(),
    disks: new Map(),
  };
  for (const image of catalogImages) region.images.insert(imageRecord(image, identity.place, customImagesIn));
  return region;
}
