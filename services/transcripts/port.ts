/**
 * Bot Framework's own TranscriptStore is the port: `logActivity`, `getTranscriptActivities`, `listTranscripts`,
 * `deleteTranscript`. Pages hold 20 items; activities come back oldest first.
 */
export type { TranscriptStore } from 'botbuilder';
