import assert from 'node:assert/strict';
import { passwordBox, passwordWords } from '../../../src/editor/words/password';

describe('The box for a JupyterLab password', () => {
  it('says that an empty answer takes the password away, where one is set', () => {
    assert.match(
      passwordBox(true).prompt,
      /^One is set\. .*Leave empty to have no password: the token alone/,
    );
    assert.equal(passwordBox(true).mayTakeAway, true);
    const { prompt, mayTakeAway } = passwordBox(false);
    assert.doesNotMatch(prompt, /empty/);
    assert.equal(mayTakeAway, false);
  });

  it('says what both answers do while it is not known whether one is set', () => {
    const { prompt, mayTakeAway } = passwordBox(undefined);
    assert.match(prompt, /^For logging in by browser, .* Leave empty to have none\.$/);
    assert.equal(mayTakeAway, true);
  });

  it('takes eight characters, and none at all', () => {
    for (const { validate } of [passwordBox(true), passwordBox(false), passwordBox(undefined)]) {
      assert.equal(validate('short'), 'At least 8 characters.');
      assert.equal(validate('longenough'), undefined);
      assert.equal(validate(''), undefined);
    }
  });

  it('is followed by what came of it', () => {
    assert.match(passwordWords('trainer', true), /password of trainer is set/);
    assert.match(passwordWords('trainer', false), /trainer has no password any more: the token alone/);
  });
});
