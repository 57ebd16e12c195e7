import { toMentorError } from '#errors.ts';
import type { Logger } from '#log.ts';
import type { Publication, SourceReport } from './schemas/knowledge-administration.ts';

/** Makes the index hold what stands in the sources of the settings. */
export type PublishSources = (options: {
  readonly recreate: boolean;
  /** Called after each document. */
  readonly onProgress: () => void;
  /** Called after each source. */
  readonly onSource: (report: SourceReport) => void;
}) => Promise<void>;

export interface PublicationsOptions {
  readonly publishSources: PublishSources;
  readonly logger: Pick<Logger, 'error'>;
  readonly now: () => Date;
  readonly newId: () => string;
}

/** How many of those that are over are remembered. */
const mostKept = 20;

/** Publishes beside the calls that ask for it, one at a time; each process knows of its own. */
export function createPublications({ publishSources, logger, now, newId }: PublicationsOptions) {
  const known = new Map<string, Publication>();
  let running: Publication | undefined;

  const run = async (publication: Publication): Promise<void> => {
    try {
      await publishSources({
        recreate: publication.recreate,
        onProgress: () => {
          publication.documentsRead += 1;
        },
        onSource: (report) => publication.sources.push(report),
      });
      publication.state = 'done';
    } catch (thrown) {
      const error = toMentorError(thrown);
      logger.error({ err: error, code: error.code }, 'the documents could not be published');
      publication.state = 'failed';
      publication.code = error.code;
    }
    publication.endedAt = now().toISOString();
    running = undefined;
  };

  return {
    /** Begins one; where one is under way, gives that. */
    start(recreate: boolean): Publication {
      if (running !== undefined) return running;
      const publication: Publication = {
        publicationId: newId(),
        state: 'running',
        recreate,
        startedAt: now().toISOString(),
        endedAt: null,
        documentsRead: 0,
        sources: [],
        code: null,
      };
      known.set(publication.publicationId, publication);
      for (const oldest of known.keys()) {
        if (known.size <= mostKept) break;
        known.delete(oldest);
      }
      running = publication;
      void run(publication);
      return publication;
    },
    find: (id: string): Publication | undefined => known.get(id),
    /** The newest first. */
    list: (): Publication[] => [...known.values()].toReversed(),
  };
}

export type Publications = ReturnType<typeof createPublications>;
