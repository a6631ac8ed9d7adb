import assert from 'node:assert/strict';
import * as v from 'valibot';
import * as vscode from 'vscode';

const manifest = v.object({
  contributes: v.object({ commands: v.array(v.object({ command: v.string() })) }),
});

describe('The built extension', () => {
  const extension = vscode.extensions.getExtension('oci-gpu-lab.oci-gpu-lab');

  it('is found and activates', async () => {
    assert.ok(extension);
    await extension.activate();
    assert.equal(extension.isActive, true);
  });

  it('answers every command that its manifest offers', async () => {
    assert.ok(extension);
    await extension.activate();
    const offered = v
      .parse(manifest, extension.packageJSON)
      .contributes.commands.map(({ command }) => command);
    const registered = new Set(await vscode.commands.getCommands());
    assert.deepEqual(
      offered.filter((command) => !registered.has(command)),
      [],
    );
    assert.ok(offered.length > 0);
  });
});
