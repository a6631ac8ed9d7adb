import type { EditorBed } from '../journey/lab-bed';
import type { MainJob } from '../journey/main-job';

/** A demo that can begin. */
export interface Prepared {
  readonly bed: EditorBed;
  readonly job: MainJob;
  /** What must be seen to before the editor is closed when the job did not come to its end. */
  afterFailure(interrupted: Promise<void>): Promise<void>;
}
