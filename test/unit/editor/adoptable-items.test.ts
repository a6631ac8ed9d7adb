import assert from 'node:assert/strict';
import { adoptableItems, type FoundInstance } from '../../../src/editor/commands/adoptable-items';
import type { LaunchDraft } from '../../../src/editor/launch/draft';
import { resolvePlace } from '../../../src/editor/launch/resolve-draft';
import type { LaunchWishes } from '../../../src/editor/launch/wishes';
import { exampleCatalog, settings } from './launch/example-catalog';

const frankfurt = { id: 'eu-frankfurt-1', name: 'Germany Central (Frankfurt)', isHome: true };
const tokyo = { id: 'ap-tokyo-1', name: 'Japan East (Tokyo)', isHome: false };
const found: FoundInstance = {
  instanceId: 'one',
  name: 'trainer',
  shape: 'VM.GPU3.1',
  state: 'RUNNING',
  path: 'root / lab',
};

describe('The instances that can be adopted', () => {
  const unasked = (): Promise<never> => assert.fail('Only where to look is asked for.');
  const placeOf = async (changes: Parameters<typeof exampleCatalog>[0], wishes: LaunchWishes = {}) => {
    const catalog = exampleCatalog({
      availabilityDomains: unasked,
      shapes: unasked,
      availability: unasked,
      images: unasked,
      subnets: unasked,
      ...changes,
    });
    let draft: LaunchDraft = { bootVolumeSizeInGBs: 200, name: '' };
    const { signal } = new AbortController();
    const place = await resolvePlace(catalog, wishes, settings, signal, (part) => {
      draft = { ...draft, ...part };
    });
    return { place, draft };
  };

  it('are those of the place alone; shapes, images and limits are not asked for', async () => {
    const { place, draft } = await placeOf({});
    assert.deepEqual(place, { profile: 'DEFAULT', region: 'eu-frankfurt-1', compartmentId: 'root' });
    assert.deepEqual(adoptableItems(draft, [found]), [
      {
        label: 'trainer',
        description: 'VM.GPU3.1 · running · root / lab',
        value: { kind: 'instance', profile: 'DEFAULT', region: 'eu-frankfurt-1', instanceId: 'one' },
      },
    ]);
  });

  it('are followed by the other regions, and the region is named where it has none', async () => {
    const { draft } = await placeOf(
      { regions: () => Promise.resolve([frankfurt, tokyo]) },
      { region: tokyo.id },
    );
    const labels = adoptableItems(draft, []).map(({ label }) => label);
    assert.deepEqual(labels, [
      'There is no other instance in Japan East (Tokyo).',
      '$(globe) Another Region…',
    ]);
  });

  it('of a profile that cannot be read leave the way to another profile', async () => {
    const profiles = ['DEFAULT', 'work'].map((name) => ({ name, region: frankfurt.id }));
    const regions = () => Promise.reject(new Error('The session has ended.'));
    const { place, draft } = await placeOf({ profiles: () => Promise.resolve(profiles), regions });
    assert.equal(place, undefined);
    const [told, way] = adoptableItems(draft, []);
    assert.ok(told && 'detail' in told && told.detail === 'The session has ended.');
    assert.equal(way?.label, '$(account) Another Profile…');
    const { draft: alone } = await placeOf({ regions });
    assert.throws(() => adoptableItems(alone, []), /The session has ended/);
  });
});
