// The characters of the page's packed parts are the bytes that they were made of.

import assert from "node:assert/strict";
import { test } from "node:test";
import { decoded, encoded } from "../src/characters.js";

test("bytes are the same from characters", () => {
  for (let length = 0; length < 600; length += 1) {
    const bytes = Uint8Array.from({ length }, (_, at) => (at * at * 31 + at * 7 + length) & 255);
    const text = encoded(bytes);
    assert.match(text, /^[ -~]*$/);
    assert.doesNotMatch(text, /["\\<]/);
    assert.deepEqual(decoded(text), bytes);
  }
});
