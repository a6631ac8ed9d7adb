import type { Machine } from '../sandbox/machines/machine';
import type { WindowBed } from './lab-bed';

/** The instance's item in the status bar. */
const item = /gpu-lab/;
const limitMs = 180_000;

/** Waits until the status bar says that the tunnel is up, which it learns from Jupyter's answer through it. */
export async function untilTunnelIsUp({ person }: WindowBed): Promise<void> {
  await person.statusBarItem(item).locator('.codicon-plug').waitFor({ timeout: limitMs });
}

/** Takes the tunnel down and brings it up, each by a click. */
export async function toggleTunnel(bed: WindowBed): Promise<void> {
  const { person } = bed;
  // While another window has the tunnel, it is not this one's to take down.
  await person.page
    .locator('.part.statusbar [aria-label*="Click to take it down"]')
    .first()
    .waitFor({ timeout: limitMs });
  await person.clickStatusBar(item);
  await person.statusBarItem(item).locator('.codicon-debug-disconnect').waitFor({ timeout: limitMs });
  await person.clickStatusBar(item);
  await untilTunnelIsUp(bed);
}

/** Restarts the machine as a power cut does, and waits until the editor has noticed and is through again. */
export async function restartMachine(bed: WindowBed, machine: Machine): Promise<void> {
  await machine.reset();
  await bed.person
    .statusBarItem(item)
    .locator('.codicon-plug')
    .waitFor({ state: 'detached', timeout: limitMs });
  await untilTunnelIsUp(bed);
}
