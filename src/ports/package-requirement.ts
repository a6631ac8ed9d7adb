/** Name, extras and versions of a PyPI requirement (PEP 508 without markers and addresses). */
const requirement =
  /^[A-Za-z0-9][A-Za-z0-9._-]*(\[[A-Za-z0-9._,-]+\])?((==|>=|<=|~=|!=|<|>)[A-Za-z0-9.*+!-]+(,(==|>=|<=|~=|!=|<|>)[A-Za-z0-9.*+!-]+)*)?$/;

/** True for what a person may add as a package: `pandas`, `scikit-learn>=1.5,<2`. */
export function isPackageRequirement(text: string): boolean {
  return requirement.test(text);
}
