import { imageTags, isImageTag, tagCaution, type ContainerWay } from '../../ports/container-images';
import { pickOne, typeText, type Picked } from '../quick-pick';
import { setupWayNames } from '../words/setup-way-names';

const another = Symbol('another tag');

/** Lets the person choose the tag of a way's image: one that is known, or any that the registry may have. */
export async function chooseTag(
  way: ContainerWay,
  present: string,
  canGoBack: boolean,
): Promise<Picked<string>> {
  const title = `Tag of the ${setupWayNames[way]}`;
  const picked = await pickOne<string | typeof another>({
    title,
    placeholder: 'Which release?',
    canGoBack,
    items: [
      ...imageTags[way].map(({ tag, about, caution }) => ({
        label: `${caution === undefined ? '' : '$(warning) '}${tag}`,
        description: about,
        ...(caution === undefined ? {} : { detail: caution }),
        value: tag,
      })),
      { label: 'Another tag…', value: another },
    ],
    isActive: (tag) => tag === present,
  });
  if (picked.kind !== 'chosen') return picked;
  if (picked.value !== another) return { kind: 'chosen', value: picked.value };
  const typed = await typeText({
    title,
    prompt: 'As the registry has it',
    value: present,
    canGoBack: true,
    validate: (text) =>
      isImageTag(text.trim()) ? undefined : 'Letters, digits, dots, dashes and underscores.',
    remark: (text) => tagCaution(way, text.trim()),
  });
  return typed.kind === 'typed' ? { kind: 'chosen', value: typed.text.trim() } : typed;
}
