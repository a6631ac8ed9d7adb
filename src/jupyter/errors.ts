/** The server answered a call with a failure. */
export class JupyterCallFailed extends Error {
  override readonly name = 'JupyterCallFailed';
  constructor(
    readonly method: string,
    /** The path below the base URL, without query and token. */
    readonly path: string,
    readonly httpStatus: number,
    reason: string,
  ) {
    super(`Jupyter answered ${httpStatus} to ${method} ${path}${reason ? `: ${reason}` : ''}`);
  }
}

/** The server did not answer at all. */
export class JupyterUnreachable extends Error {
  override readonly name = 'JupyterUnreachable';
}

/** A Jupyter answers, and it does not take the token. */
export class JupyterTokenRefused extends Error {
  override readonly name = 'JupyterTokenRefused';
  constructor(
    readonly baseUrl: string,
    readonly httpStatus: number,
  ) {
    super(
      `The Jupyter at ${baseUrl} refuses the token that is kept for this instance (HTTP ${httpStatus}): it was changed there, or another Jupyter answers at this port. Turn the tunnel off and on again to read the token anew.`,
    );
  }
}
