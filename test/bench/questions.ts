/** Different questions, so that no cache of one answer is measured. */
export const benchQuestions = [
  'How do I become an ML engineer?',
  'What is the difference between an AI engineer and a data scientist?',
  'Which skills do AI job postings ask for?',
  'How do I prepare for a behavioral interview?',
  'How long does it take to move from backend to AI?',
  'Should I do a take-home assignment?',
  'What should a resume for AI roles look like?',
  'How do I negotiate an offer?',
  'What is RAG and how do I learn it?',
  'How do I evaluate an LLM application?',
  'Do I need a degree to work in AI?',
  'What does an MLOps engineer do?',
] as const;
