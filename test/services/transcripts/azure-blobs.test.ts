import { createBlobTranscriptStore } from '#services/transcripts/azure-blobs.ts';
import { at, describeTranscriptStore } from '#test/contracts/transcript-store.contract.ts';
import { useAzurite } from '#test/services/azure/azurite-test-container.ts';

const azurite = useAzurite();

describeTranscriptStore('azure-blobs', () =>
  azurite.open((options) => createBlobTranscriptStore({ ...options, now: () => at(5) })),
);
