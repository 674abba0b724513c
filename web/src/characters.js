/*
 * Bytes as the printable characters of ASCII that a script's string needs no escape for. A server's
 * compression gives each character of base64 seven bits in part: here 36 characters are for six bits,
 * and the other 56 for seven, which is how often they occur.
 */

const CHARACTERS = Array.from({ length: 95 }, (_, at) => String.fromCharCode(32 + at)).filter((one) => !'"\\<'.includes(one));

/** So many characters are for six bits, with the numbers from 0; the others for seven, from twice that. */
const SHORT = 36;

const NUMBERS = new Map(CHARACTERS.map((one, at) => [one.charCodeAt(0), at < SHORT ? at : at + SHORT]));

/** The characters for bytes. */
export function encoded(bytes) {
  const bit = (at) => (bytes[at >> 3] >> (7 - (at & 7))) & 1 || 0;
  const text = [];
  for (let at = 0; at < bytes.length * 8;) {
    let number = 0;
    for (let count = 0; count < 6; count += 1) number = number * 2 + bit(at++);
    if (number >= SHORT) number = number * 2 + bit(at++) - SHORT;
    text.push(CHARACTERS[number]);
  }
  return text.join("");
}

/** The bytes of characters. */
export function decoded(text) {
  const bytes = new Uint8Array(text.length);
  let [end, bits, count] = [0, 0, 0];
  for (let at = 0; at < text.length; at += 1) {
    const number = NUMBERS.get(text.charCodeAt(at));
    const length = number < SHORT ? 6 : 7;
    bits = (bits << length) | number;
    count += length;
    if (count >= 8) {
      count -= 8;
      bytes[end++] = bits >> count;
      bits &= (1 << count) - 1;
    }
  }
  return bytes.slice(0, end);
}
