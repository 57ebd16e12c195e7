import { resolve } from 'node:path';
import type { Config } from '#config.ts';
import { MentorError } from '#errors.ts';
import {
  type ContainerAddress,
  readContainerAddress,
} from '#services/document-source/container-address.ts';
import { createFolderSource } from '#services/document-source/folder.ts';
import type { DocumentSource } from '#services/document-source/port.ts';
import { openCredential, openStorageAccess } from './azure-stores.ts';

/** Documents to be published, and how. */
export interface KnowledgeSource {
  readonly source: DocumentSource;
  readonly collection: string;
  readonly isCurated: boolean;
}

/** The articles that come with the program. */
export function builtInArticles(config: Pick<Config, 'knowledgeDirectory'>): KnowledgeSource {
  return {
    source: createFolderSource(builtInFolder(config)),
    collection: 'articles',
    isCurated: true,
  };
}

/**
 * Opens folders and containers by their addresses; without any, the built-in articles and the container that the settings
 * name. What is not there is found out when it is listed.
 */
export async function openKnowledgeSources(
  config: Config,
  addresses: readonly string[],
): Promise<KnowledgeSource[]> {
  const { knowledgeContainer } = config;
  const defaults = [
    builtInFolder(config),
    ...(knowledgeContainer === undefined ? [] : [`az://${knowledgeContainer}`]),
  ];
  const wanted = addresses.length === 0 ? defaults : addresses;
  return await Promise.all(wanted.map((address) => openKnowledgeSource(config, address)));
}

async function openKnowledgeSource(config: Config, address: string): Promise<KnowledgeSource> {
  const container = readContainerAddress(address);
  if (container === undefined && resolve(address) === builtInFolder(config))
    return builtInArticles(config);
  const source =
    container === undefined
      ? createFolderSource(address)
      : await openContainer(config, container, address);
  return { source, collection: source.name, isCurated: false };
}

async function openContainer(config: Config, container: ContainerAddress, address: string) {
  const [{ accountUrlOf, createBlobDocumentSource }, { withSourceResilience }] = await Promise.all([
    import('#services/document-source/azure-blobs.ts'),
    import('#services/document-source/with-resilience.ts'),
  ]);
  const configured = config.storage && (await openStorageAccess(config.storage));
  const { accountUrl } = container;
  if (accountUrl === undefined && configured === undefined)
    throw new MentorError(
      'config-invalid',
      `${address} needs to know the storage account: set AZURE_STORAGE_CONNECTION_STRING or AZURE_STORAGE_ACCOUNT_URL, or give the container's whole https address.`,
    );
  const isConfigured =
    configured !== undefined &&
    (accountUrl === undefined || accountUrl === accountUrlOf(configured));
  const access = isConfigured
    ? configured
    : { accountUrl: accountUrl ?? '', credential: await openCredential() };
  return withSourceResilience(createBlobDocumentSource({ ...container, access }));
}

function builtInFolder({ knowledgeDirectory }: Pick<Config, 'knowledgeDirectory'>): string {
  return resolve(knowledgeDirectory, 'articles');
}
