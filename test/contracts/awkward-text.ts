/** Texts that a store must give back as they were. */
export const awkwardTexts: Readonly<Record<string, string>> = {
  'statements of SQL': `Robert'); DROP TABLE profiles;-- " OR 1=1 /* % _ \\ */`,
  'many scripts and emoji': 'Καλημέρα, 你好, مرحبا, हिन्दी 👩🏽‍🚀🏳️‍🌈 e\u0301 \u200d\u202e',
  'control characters': 'line\r\nline\ttab\u0000nul\u001b[31m\u2028\u2029\ufeff',
  'half a surrogate pair': 'a\ud800b',
  'JSON and markup': '{"__proto__":{"a":1}} <script>alert(1)</script> {{y}}',
  'a megabyte': 'ä'.repeat(512 * 1024),
};
