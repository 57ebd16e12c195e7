import { isStopWord, wordsOf } from '#language/words.ts';
import { countryPattern } from './country-pattern.ts';

const name = "\\p{Lu}[\\p{Ll}'’-]+(?: \\p{Lu}[\\p{Ll}'’-]+){0,2}";
const iAm = "(?:[Ii]['’]?m|[Ii] am|[Ii]['’]?m just|[Ii] am just)";
const person =
  '(?:wo)?m[ae]n|males?|females?|guy|girl|boy|lad|lady|gentleman|mother|father|mom|mum|dad|parent|wife|husband|nonbinary(?: person)?|non-binary(?: person)?|trans(?:gender)?(?: (?:wo)?man| person)?|gay|lesbian|queer(?: person)?|grandmother|grandfather';
const origin = 'native speaker|non-native speaker|immigrant|refugee|foreigner|migrant|expat';
/** Of peoples and faiths, as somebody says it of themselves; with a capital letter any other too. */
const people =
  '(?:african|american|arab|argentin(?:e|ian)|asian|australian|austrian|bangladeshi|belgian|black|brazilian|british|buddhist|bulgarian|canadian|chilean|chinese|christian|colombian|croatian|czech|danish|dutch|egyptian|english|ethiopian|filipin[ao]|finnish|french|german|ghanaian|greek|hindu|hispanic|hungarian|indian|indonesian|iranian|iraqi|irish|israeli|italian|japanese|jewish|kenyan|korean|latin[ao]|lebanese|malaysian|mexican|moroccan|muslim|nepali|nigerian|norwegian|pakistani|persian|peruvian|polish|portuguese|romanian|russian|scottish|serbian|sikh|somali|south african|spanish|sri lankan|sudanese|swedish|swiss|syrian|thai|tunisian|turkish|ukrainian|venezuelan|vietnamese|welsh|white|zimbabwean)|\\p{Lu}\\p{Ll}+(?:ian|ean|ese|ish|i)';
const school = '(?:(?!boot ?camp|course|program)[^,.;!?])+?';
const number = '\\d{1,2}';
const decade = '(?:early |mid |late )?(?:\\d0s|twenties|thirties|forties|fifties|sixties)';

const clauses = [
  `(?:[Mm]y name(?:['’]s| is)|[Ii] am called|[Cc]all me|[Tt]his is|${iAm}) ${name}`,
  `${name} here`,
  `(?:${iAm}|[Aa]s) (?:an? )?(?:single |young |old |older |middle-aged |married )*(?:${person})(?: of (?:\\d|one|two|three|four))?`,
  `(?:${iAm}|[Aa]s) an? (?:${origin})`,
  `${iAm} (?:originally |born and raised )?(?:from|born in) (?:the )?(?:${countryPattern})`,
  `${iAm} (?:already |almost |nearly |only |now )?${number}(?: ?(?:years? old|y/?o|yrs old))?`,
  `(?:${iAm}|[Aa]s) an? ${number}[- ]years?[- ]old(?: (?:${person}))?`,
  `[Aa]t (?:the age of )?${number}`,
  `[Ii](?: have|['’]ve)? just turned ${number}`,
  `${iAm} in my ${decade}`,
  `(?:${iAm}|[Aa]s) (?:an? )?(?:${people})(?: (?:${person}))?`,
  `(?:[Ii] (?:come|came|moved here)|[Cc]oming) from (?:the )?(?:${countryPattern})`,
  `[Ii](?: have|['’]ve(?: got)?) (?:\\d|a|one|two|three|four|no|small|young) (?:kids?|children|child|baby|sons?|daughters?)`,
  `(?:[Ii] (?:have|hold|got) (?:a|my)|[Mm]y) (?:degree|diploma|bachelor['’]?s|master['’]?s)(?: degree)?(?: is)? from ${school}`,
  `(?:${iAm}|[Aa]s) an? (?:\\p{Lu}[\\p{L}&]+ ){1,3}(?:graduate|grad|student|alum(?:nus|na)?)`,
  `[Ii] (?:studied|study|graduated|went|go|go to school)(?: (?:at|from|to))+ ${school}`,
];

const introduction = new RegExp(
  `^(?:(?:[Hh]i|[Hh]ello|[Hh]ey|[Hh]iya|[Gg]ood morning)(?: there)?[,.! ]+)?(?:${clauses.join('|')})\\s*(?:(?:[,.;:!–—]|-(?=\\s))+\\s*|\\s(?=and (?:have|want|wonder)\\b)|$)`,
  'u',
);

/**
 * A question without who asks it: name, gender, age, origin and school say nothing of what is asked, and the same question gets
 * the same passages whoever asks. For looking things up only; what was written stays, and so does a message of nothing else.
 */
export function withoutIntroduction(question: string): string {
  let rest = question.trim();
  for (let shorter = strip(rest); shorter !== rest; shorter = strip(rest)) rest = shorter;
  return wordsOf(rest).some((word) => !isStopWord(word)) ? rest : question;
}

function strip(text: string): string {
  return text.replace(introduction, '');
}
