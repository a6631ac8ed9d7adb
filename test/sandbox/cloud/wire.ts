/**
 * An SDK model as it travels: dates and enumerations are plain strings.
 * Records of the simulated cloud are typed with it, so the compiler holds them against OCI's own models.
 */
export type Wire<T> = 0 extends 1 & T
  ? unknown
  : T extends Date
    ? string
    : T extends string
      ? string
      : T extends readonly (infer Item)[]
        ? Wire<Item>[]
        : T extends object
          ? { [Key in keyof T]: Wire<T[Key]> }
          : T;
