import * as v from 'valibot';
import { tagged, taggedAndAttributed } from './tags';

/** Bodies of the virtual network's requests, field for field as in oci-core/lib/model. */
const text = v.string();
const flag = v.boolean();
const texts = v.array(text);

const port = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65_535));
const portRange = v.strictObject({ min: port, max: port });
const ports = v.strictObject({
  destinationPortRange: v.exactOptional(portRange),
  sourcePortRange: v.exactOptional(portRange),
});
const icmp = v.strictObject({ type: v.number(), code: v.exactOptional(v.number()) });

const cidrOrService = v.picklist(['CIDR_BLOCK', 'SERVICE_CIDR_BLOCK']);
const cidrServiceOrGroup = v.picklist(['CIDR_BLOCK', 'SERVICE_CIDR_BLOCK', 'NETWORK_SECURITY_GROUP']);

const ruleFields = {
  protocol: text,
  isStateless: v.exactOptional(flag),
  description: v.exactOptional(text),
  tcpOptions: v.exactOptional(ports),
  udpOptions: v.exactOptional(ports),
  icmpOptions: v.exactOptional(icmp),
};
const ingress = v.strictObject({ ...ruleFields, source: text, sourceType: v.exactOptional(cidrOrService) });
const egress = v.strictObject({
  ...ruleFields,
  destination: text,
  destinationType: v.exactOptional(cidrOrService),
});

const groupRuleFields = {
  ...ruleFields,
  direction: v.picklist(['INGRESS', 'EGRESS']),
  source: v.exactOptional(text),
  sourceType: v.exactOptional(cidrServiceOrGroup),
  destination: v.exactOptional(text),
  destinationType: v.exactOptional(cidrServiceOrGroup),
};

export const createVcn = v.strictObject({
  ...taggedAndAttributed,
  compartmentId: text,
  cidrBlock: v.exactOptional(text),
  cidrBlocks: v.exactOptional(texts),
  dnsLabel: v.exactOptional(text),
  ipv6PrivateCidrBlocks: v.exactOptional(texts),
  isOracleGuaAllocationEnabled: v.exactOptional(flag),
  byoipv6CidrDetails: v.exactOptional(v.array(v.unknown())),
  isIpv6Enabled: v.exactOptional(flag),
  isZprOnly: v.exactOptional(flag),
});
export const updateVcn = v.strictObject({ ...taggedAndAttributed, isZprOnly: v.exactOptional(flag) });

export const createInternetGateway = v.strictObject({
  ...tagged,
  compartmentId: text,
  vcnId: text,
  isEnabled: flag,
  routeTableId: v.exactOptional(text),
});
export const updateInternetGateway = v.strictObject({
  ...tagged,
  isEnabled: v.exactOptional(flag),
  routeTableId: v.exactOptional(text),
});

const routeRules = v.array(
  v.strictObject({
    networkEntityId: text,
    cidrBlock: v.exactOptional(text),
    destination: v.exactOptional(text),
    destinationType: v.exactOptional(cidrOrService),
    description: v.exactOptional(text),
    routeType: v.exactOptional(v.picklist(['STATIC', 'LOCAL'])),
  }),
);
export const createRouteTable = v.strictObject({ ...tagged, compartmentId: text, vcnId: text, routeRules });
export const updateRouteTable = v.strictObject({ ...tagged, routeRules: v.exactOptional(routeRules) });

export const createSecurityList = v.strictObject({
  ...tagged,
  compartmentId: text,
  vcnId: text,
  ingressSecurityRules: v.array(ingress),
  egressSecurityRules: v.array(egress),
});
export const updateSecurityList = v.strictObject({
  ...tagged,
  ingressSecurityRules: v.exactOptional(v.array(ingress)),
  egressSecurityRules: v.exactOptional(v.array(egress)),
});

export const createSecurityGroup = v.strictObject({ ...tagged, compartmentId: text, vcnId: text });
export const updateSecurityGroup = v.strictObject(tagged);
export const addSecurityRules = v.strictObject({
  securityRules: v.pipe(v.array(v.strictObject(groupRuleFields)), v.minLength(1), v.maxLength(25)),
});
export const updateSecurityRules = v.strictObject({
  securityRules: v.pipe(
    v.array(v.strictObject({ ...groupRuleFields, id: text })),
    v.minLength(1),
    v.maxLength(25),
  ),
});
export const removeSecurityRules = v.strictObject({ securityRuleIds: texts });

export const createSubnet = v.strictObject({
  ...tagged,
  compartmentId: text,
  vcnId: text,
  availabilityDomain: v.exactOptional(text),
  cidrBlock: v.exactOptional(text),
  ipv4CidrBlocks: v.exactOptional(texts),
  dhcpOptionsId: v.exactOptional(text),
  dnsLabel: v.exactOptional(v.pipe(text, v.maxLength(15), v.regex(/^[a-zA-Z][a-zA-Z0-9]*$/))),
  ipv6CidrBlock: v.exactOptional(text),
  ipv6CidrBlocks: v.exactOptional(texts),
  prohibitInternetIngress: v.exactOptional(flag),
  prohibitPublicIpOnVnic: v.exactOptional(flag),
  routeTableId: v.exactOptional(text),
  securityListIds: v.exactOptional(texts),
});
export const updateSubnet = v.strictObject({
  ...tagged,
  dhcpOptionsId: v.exactOptional(text),
  routeTableId: v.exactOptional(text),
  securityListIds: v.exactOptional(texts),
  cidrBlock: v.exactOptional(text),
  ipv6CidrBlock: v.exactOptional(text),
  ipv6CidrBlocks: v.exactOptional(texts),
});

export const updateVnic = v.strictObject({
  ...taggedAndAttributed,
  hostnameLabel: v.exactOptional(text),
  nsgIds: v.exactOptional(texts),
  skipSourceDestCheck: v.exactOptional(flag),
  routeTableId: v.exactOptional(text),
});
export const publicIpByPrivateIp = v.strictObject({ privateIpId: text });
