import type { TokenCredential } from '@azure/identity';
import { ContainerClient, type StoragePipelineOptions } from '@azure/storage-blob';
import { MentorError } from '#errors.ts';
import { cacheSuccess } from './cache-success.ts';
import { blobService } from './service-settings.ts';
import { httpStatusOf, toStoreError } from './to-store-error.ts';
import { defaultTimeoutMs, withDeadline } from './with-deadline.ts';

/** The storage account: a connection string with its key, or its address and an identity with the role of a data contributor. */
export type BlobAccess =
  | { readonly connectionString: string }
  | { readonly accountUrl: string; readonly credential: TokenCredential };

export interface BlobContainerOptions {
  readonly access: BlobAccess;
  readonly containerName: string;
  /** How long one call may take. */
  readonly timeoutMs?: number;
  /** Somebody else's container is never created: where it is missing, its name is wrong, and calls reject with status 404. */
  readonly mustExist?: boolean;
}

/** What the blob classes of Bot Framework are constructed with. */
type BotBuilderArguments = [
  connectionString: string,
  containerName: string,
  options: { storagePipelineOptions: StoragePipelineOptions },
  url?: string,
  credential?: TokenCredential,
];

/** One blob container; what the service refuses rejects with `data-unavailable`, and names the setting to look at. */
export interface BlobContainer {
  /** Runs a call under the deadline, in the container, which is created with the first call where it is missing. */
  run<Result>(
    doing: string,
    work: (container: ContainerClient, abortSignal: AbortSignal) => Promise<Result>,
  ): Promise<Result>;
  /**
   * Gives one of Bot Framework's blob classes calls in the same way. Such an object keeps the failure of its first call
   * for good, so it is made anew until a call has succeeded.
   */
  useBotBuilder<Store>(
    create: (...given: BotBuilderArguments) => Store,
  ): <Result>(doing: string, work: (store: Store) => Promise<Result>) => Promise<Result>;
}

/** Retries belong to whoever wraps the store. */
const storagePipelineOptions: StoragePipelineOptions = { retryOptions: { maxTries: 1 } };

/** Prepares a container, and asks nothing of the service before a store needs it; throws `config-invalid` for a bad address. */
export function openBlobContainer(options: BlobContainerOptions): BlobContainer {
  const { access, containerName, timeoutMs = defaultTimeoutMs } = options;
  const service = blobService(
    'accountUrl' in access ? 'AZURE_STORAGE_ACCOUNT_URL' : 'AZURE_STORAGE_CONNECTION_STRING',
  );
  const container = createClient(access, containerName, service.addressSetting);
  const created = cacheSuccess(async () => {
    if (options.mustExist === true) return;
    await withDeadline(timeoutMs, (abortSignal) => container.createIfNotExists({ abortSignal }));
  });

  const run: BlobContainer['run'] = async (doing, work) => {
    try {
      await created.get();
      return await withDeadline(timeoutMs, (abortSignal) => work(container, abortSignal));
    } catch (error) {
      // Somebody removed the container; the next call creates it anew.
      if (httpStatusOf(error) === 404) created.forget();
      throw isFromService(error)
        ? toStoreError(error, service, `${doing} "${containerName}"`)
        : error;
    }
  };

  return {
    run,
    useBotBuilder(create) {
      const make = () => create(...botBuilderArguments(access, containerName));
      let store = make();
      let isProven = false;
      return (doing, work) =>
        run(doing, async () => {
          try {
            const result = await work(store);
            isProven = true;
            return result;
          } catch (error) {
            if (!isProven) store = make();
            throw error;
          }
        });
    },
  };
}

function createClient(access: BlobAccess, containerName: string, setting: string): ContainerClient {
  try {
    return 'accountUrl' in access
      ? new ContainerClient(
          containerUrl(access.accountUrl, containerName),
          access.credential,
          storagePipelineOptions,
        )
      : new ContainerClient(access.connectionString, containerName, storagePipelineOptions);
  } catch {
    // Without the cause, which may quote the connection string and with it the key.
    throw new MentorError(
      'config-invalid',
      `${setting} cannot be used: it is not the ${setting === 'AZURE_STORAGE_ACCOUNT_URL' ? 'https address' : 'connection string'} of a storage account.`,
      { details: { setting } },
    );
  }
}

function containerUrl(accountUrl: string, containerName: string): string {
  return `${new URL(accountUrl).href.replace(/\/+$/, '')}/${containerName}`;
}

function botBuilderArguments(access: BlobAccess, containerName: string): BotBuilderArguments {
  if ('connectionString' in access)
    return [access.connectionString, containerName, { storagePipelineOptions }];
  const url = containerUrl(access.accountUrl, containerName);
  return ['', containerName, { storagePipelineOptions }, url, access.credential];
}

/** Whether the error came from the service or the way to it, and not from what the caller gave. */
function isFromService(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return (
    httpStatusOf(error) !== undefined ||
    // The SDK's word for an answer without the headers of Blob storage, so from something else.
    error instanceof RangeError ||
    ['RestError', 'AbortError', 'TimeoutError'].includes(error.name) ||
    /Authentication|Credential/.test(error.name)
  );
}
