import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readMove } from '#mentor/read-move.ts';

const moves: Readonly<Record<string, readonly string[]>> = {
  insult: ['fuck off', 'you are so stupid', 'stupid bot'],
  person: [
    'can i talk to a human',
    'I want to speak with a real person',
    'give me a human',
    'is there a person here?',
  ],
  complaint: ['i want to complain', 'who do I complain to?', 'how do i report this'],
  apology: ['sorry', 'my bad', 'sorry about that', "I didn't mean it"],
  objection: [
    'i dont believe you',
    "you're wrong",
    "that's not right",
    'Thats just wrong!',
    'i disagree',
    "no, that's false",
  ],
  'no-help': [
    "that didn't help",
    'this is useless',
    'not what I asked',
    'you did not answer my question',
    "that's not an answer",
    'nobody asked you about that',
    'do you even read what i write',
    'just tell me',
    'thanks for nothing',
  ],
  doubt: ['prove it', 'are you sure?', 'Is that really true?', 'really?', 'u sure about that'],
  shorter: [
    'shorter please',
    'tl;dr',
    'too long',
    "that's a lot of text",
    'can you make it shorter?',
    'in one sentence please',
  ],
  simpler: [
    'simpler please',
    "explain like I'm new",
    'ELI5',
    'I don’t get it',
    'too technical for me',
  ],
  unclear: ['what do you mean', 'what do you mean by that?', 'huh?', 'wdym'],
  repeat: ['can you repeat that', 'say that again please', 'once more'],
  reason: ['why?', 'but why', 'how come?', 'why is that?'],
  more: ['tell me more', 'go on', 'more details please', 'ok, and then?', 'anything else?'],
  act: ['ok do it', 'go ahead', "let's do it", 'do it for me please'],
  'is-it-human': ['are you a robot?', 'are you human', 'is this chatgpt?', 'who are you'],
  maker: ['who made you', 'who built this?', "what's your name?", 'how do you work?'],
  capabilities: ['what can you do', 'hi, can you help me?', 'help me', 'what can I ask you?'],
  goodbye: ['bye', 'thanks, bye', 'ok thx, see you later!', 'good night'],
  thanks: ['thx!!', 'ok thanks', 'Thank you so much for your help', 'that helped a lot, thanks'],
  yes: ['yes please', 'sure', 'yeah'],
  'not-now': ['no', 'No thanks', 'not now', 'nope, maybe later'],
  amused: ['lol', 'haha', 'LMAO 😂', 'lol ok'],
  hesitant: ['hmm', 'hmm ok', 'not sure', 'i dont know'],
  agreed: ['k', 'ok', 'got it', 'makes sense', 'sounds good'],
  greeting: ['hii', 'Heyyy there!', 'good morning', 'how are you?'],
};

for (const [move, ways] of Object.entries(moves))
  test(`knows "${ways[0]}" and the like as ${move}`, () => {
    for (const text of ways) assert.equal(readMove(text), move, text);
  });

test('never takes a question, an answer or an emoji for a move', () => {
  for (const text of [
    'what is RAG',
    'how do I become a data engineer?',
    'thanks, and for seniors?',
    'thanks! do I need a cover letter',
    'no, I meant the data engineer',
    'can you help me with my resume',
    'why python?',
    'more about kubernetes',
    'is it hard?',
    'the second one',
    'what about pay',
    'maybe data science',
    'shorter resumes?',
    'machine learning',
    'no replies',
    'please',
    '0',
    '😂',
    '',
    'ok '.repeat(100),
  ])
    assert.equal(readMove(text), undefined, text);
});

test('an objection may give its reason, and a question behind it is the question', () => {
  assert.equal(readMove("you're wrong, nobody uses that any more"), 'objection');
  assert.equal(readMove("that's wrong, I meant the data engineer"), undefined);
  assert.equal(readMove("it's outdated, how do I update it"), undefined);
  assert.equal(readMove('wrong university choice, can I still get in'), undefined);
});
