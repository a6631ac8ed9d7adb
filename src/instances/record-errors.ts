/** The record was removed, perhaps by another window. */
export class RecordGone extends Error {
  override readonly name = 'RecordGone';
  constructor(id: string) {
    super(`There is no record ${id} any more.`);
  }
}

/** A record of this id is there already, perhaps written by another window. */
export class RecordExists extends Error {
  override readonly name = 'RecordExists';
  constructor(id: string) {
    super(`There is a record ${id} already.`);
  }
}

/** By its name, which is the same wherever its class was loaded from. */
export function isRecordExists(error: unknown): boolean {
  return error instanceof Error && error.name === 'RecordExists';
}

function errorCode(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

export const isMissing = (error: unknown): boolean => errorCode(error) === 'ENOENT';
export const isLocked = (error: unknown): boolean => errorCode(error) === 'ELOCKED';
export const isBusy = (error: unknown): boolean =>
  ['EPERM', 'EBUSY', 'EACCES'].includes(String(errorCode(error)));
