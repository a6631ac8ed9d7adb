import * as v from 'valibot';

/** Fields that nearly every create and update body has. */
export const tagged = {
  displayName: v.exactOptional(v.pipe(v.string(), v.minLength(1), v.maxLength(255))),
  freeformTags: v.exactOptional(v.record(v.string(), v.string())),
  definedTags: v.exactOptional(v.record(v.string(), v.record(v.string(), v.unknown()))),
};

const securityAttributes = v.exactOptional(v.record(v.string(), v.record(v.string(), v.unknown())));

/** With Zero Trust Packet Routing attributes, which VCNs, VNICs and instances take. */
export const taggedAndAttributed = { ...tagged, securityAttributes };
