import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openCredentials, readProfile, type Cloud, type CredentialsDeps } from '../../src/cloud';
import { startSimulatedCloud, type SimulatedCloud } from '../sandbox/cloud/simulated-cloud';
import { cloudsOf, connectToSimulated } from './connect';

/** Profiles as people have them on disk, used against a service that checks every signature. */
describe('a profile on disk', function () {
  this.timeout(20_000);
  let simulated: SimulatedCloud;
  beforeEach(async () => {
    simulated = await startSimulatedCloud({ timeScale: 0 });
  });
  afterEach(() => simulated.close());

  /** Answers the passphrase questions in turn; keeps what is to be kept. */
  const person = (...answers: string[]): CredentialsDeps & { readonly kept: Map<string, string> } => {
    const kept = new Map<string, string>();
    return {
      kept,
      secrets: {
        get: (key) => Promise.resolve(kept.get(key)),
        store: (key, value) => Promise.resolve(void kept.set(key, value)),
        delete: (key) => Promise.resolve(void kept.delete(key)),
      },
      askPassphrase: () => Promise.resolve(answers.shift()),
    };
  };
  const isLetIn = async (cloud: Cloud) => assert.equal((await cloud.regions()).length, 2);

  it('with Windows line ends, comments and inherited fields is let in', async () => {
    const { folder, configFile, profile } = simulated.credentials;
    const text = await readFile(configFile, 'utf8');
    const written = `; by hand\r\n${text.replaceAll('\n', '\r\n')}[LAB]\r\n# all from DEFAULT\r\n`;
    const edited = join(folder, 'edited');
    await writeFile(edited, written);
    for (const name of [profile, 'LAB']) {
      await isLetIn(await connectToSimulated(simulated, { profile: name, configFile: edited }));
    }
  });

  it('with an encrypted key is let in after a wrong passphrase and the right one, then without a question', async () => {
    simulated.credentials.addEncryptedProfile('LOCKED', 'open sesame', false);
    const me = person('open barley', 'open sesame');
    await isLetIn(await connectToSimulated(simulated, { profile: 'LOCKED', person: me }));
    assert.deepEqual([...me.kept.values()], ['open sesame']);
    await isLetIn(await connectToSimulated(simulated, { profile: 'LOCKED', person: me }));
  });

  it('with a wrong passphrase alone is not opened, and the process lives on', async () => {
    simulated.credentials.addEncryptedProfile('LOCKED', 'open sesame', false);
    const entry = await readProfile('LOCKED', simulated.credentials.configFile);
    assert.ok(entry.kind === 'usable');
    const outcome = await openCredentials(entry.profile, person('a', 'b', 'c'));
    assert.ok(outcome.kind === 'problem');
    assert.equal(outcome.problem.kind, 'wrongPassphrase');
    assert.equal(simulated.exchanges.length, 0);
  });

  it('with its passphrase in the config is let in without a question', async () => {
    simulated.credentials.addEncryptedProfile('WRITTEN', 'open sesame', true);
    await isLetIn(await connectToSimulated(simulated, { profile: 'WRITTEN' }));
  });

  it('of a session is let in until the session ends, and again once the person has signed in anew', async () => {
    const session = simulated.credentials.addSessionProfile('SESSION');
    const clouds = cloudsOf(simulated);
    const cloud = await clouds.of('SESSION', simulated.region);
    await isLetIn(cloud);
    assert.equal(await clouds.of('SESSION', simulated.region), cloud);
    session.expire();
    await assert.rejects(cloud.regions(), {
      kind: 'notAuthenticated',
      endedSession: 'SESSION',
      nextAction: 'Run: oci session authenticate --profile-name SESSION',
    });
    // Signing in makes a new key pair; Retry asks for the cloud again.
    session.renew();
    await isLetIn(await clouds.of('SESSION', simulated.region));
  });

  it('is read anew once the config file was edited', async () => {
    const { configFile, profile } = simulated.credentials;
    const clouds = cloudsOf(simulated);
    const text = await readFile(configFile, 'utf8');
    await writeFile(configFile, text.replace(/^user=.*$/m, 'user=ocid1.user.oc1..nobody'));
    await assert.rejects((await clouds.of(profile, simulated.region)).regions(), {
      kind: 'notAuthenticated',
    });
    await writeFile(configFile, text);
    await isLetIn(await clouds.of(profile, simulated.region));
  });

  it('of a session with minutes left is exchanged for a longer one by a signed call', async () => {
    const session = simulated.credentials.addSessionProfile('SESSION', 300);
    const cloud = await connectToSimulated(simulated, { profile: 'SESSION' });
    await isLetIn(cloud);
    // The old one is refused now; the new one, in memory alone, is not.
    session.expire();
    await isLetIn(cloud);
    const text = JSON.stringify(simulated.exchanges);
    assert.equal(text.includes((await readFile(session.tokenFile, 'utf8')).trim()), false);
  });
});
