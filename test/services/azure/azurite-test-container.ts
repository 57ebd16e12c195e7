import { randomUUID } from 'node:crypto';
import { after, before } from 'node:test';
import type { BlobContainerOptions } from '#services/azure/blob-container.ts';
import { type Azurite, azuriteConnection, startAzurite } from '#test/helpers/azurite.ts';
import { type FaultProxy, startFaultProxy } from '#test/helpers/fault-proxy.ts';

/** One Azurite a test file, behind a proxy that fails as a test tells it. */
export function useAzurite() {
  let azurite: Azurite;
  let proxy: FaultProxy;
  before(async () => {
    azurite = await startAzurite();
    proxy = await startFaultProxy(azurite.port);
  });
  after(async () => {
    await proxy.close();
    await azurite.close();
  });
  /** A container of a test's own. */
  const containerOptions = (): BlobContainerOptions => ({
    access: { connectionString: azuriteConnection(proxy.port) },
    containerName: `test-${randomUUID()}`,
  });
  return {
    get proxy() {
      return proxy;
    },
    containerOptions,
    /** Opens a store on a container of its own, as the contract suites ask for it. */
    async open<Store>(createStore: (options: BlobContainerOptions) => Store) {
      return { store: createStore(containerOptions()), close: async () => {} };
    },
  };
}
