/** The tutorial's three ways to get TensorFlow and Jupyter onto an instance (mission rows M7, M9–M12, M21, M22). */
export const setupWays = ['native', 'dockerHub', 'ngc'] as const;
export type SetupWay = (typeof setupWays)[number];
