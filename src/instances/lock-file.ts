/**
 * The lock-file library behind a door of our own: a bundle gives a dynamically imported CommonJS package only
 * as `default`, while this module keeps its names.
 */
export { lock } from 'proper-lockfile';
