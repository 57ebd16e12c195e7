/**
 * Bot Framework's own Storage is the port: `read(keys)`, `write(changes)`, `delete(keys)`.
 * Beyond its types, every implementation here keeps honest eTags: a write whose item carries an eTag other than `*`
 * that is not the stored one rejects, and leaves everything of that write unwritten.
 */
export type { Storage as BotStateStorage } from 'botbuilder';
