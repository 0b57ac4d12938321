// The characters of records and the script of each (formats.md, section 1).

const NO_SCRIPT =
  "\\u0020-\\u0040\\u005B-\\u0060\\u007B-\\u007E\\u00A1-\\u00A7\\u00A9\\u00AB-\\u00AC\\u00AE\\u00B0-\\u00B3\\u00B5-\\u00B7" +
  "\\u00B9\\u00BB-\\u00BF\\u00D7\\u00F7\\u2013-\\u2014\\u2018-\\u201E\\u2022\\u2026\\u2030\\u2039-\\u203A\\u20AC\\u2116\\u2122";
const LATIN =
  "\\u0041-\\u005A\\u0061-\\u007A\\u00AA\\u00BA\\u00C0-\\u00D6\\u00D8-\\u00F6\\u00F8-\\u0148\\u014A-\\u017E\\u0218-\\u021B\\u1E9E";
const GREEK = "\\u0386\\u0388-\\u038A\\u038C\\u038E-\\u03A1\\u03A3-\\u03CE";
const CYRILLIC = "\\u0400-\\u045F\\u0490-\\u0491";
const LETTERS = LATIN + GREEK + CYRILLIC;

const ALLOWED = new RegExp(`^[${NO_SCRIPT}${LETTERS}]*$`);
const WORD = new RegExp(`[${LETTERS}\\-'’_·.+&@*#^~=|¹²³\`]+`, "g");
const NAME_WORD = new RegExp(`[${LETTERS}'’·+&@*#^~=|¹²³\`]+`, "g");
const SCRIPTS = [LATIN, GREEK, CYRILLIC].map((letters) => new RegExp(`[${letters}]`));

/** Whether a line has only characters of the table, and each word one script. In a document's line also . - _ part words. */
export function isAllowedLine(line, isDocument) {
  if (!ALLOWED.test(line)) return false;
  const words = line.match(isDocument ? NAME_WORD : WORD) ?? [];
  return words.every((word) => SCRIPTS.filter((script) => script.test(word)).length <= 1);
}
