import { randomUUID } from 'node:crypto';
import { after, before } from 'node:test';
import { type CosmosDatabase, openCosmosDatabase } from '#services/azure/cosmos-database.ts';
import { type CosmosEmulator, startCosmosEmulator } from '#test/helpers/cosmos-emulator.ts';
import { type FaultProxy, startFaultProxy } from '#test/helpers/fault-proxy.ts';

/** One emulator a test file, behind a proxy that fails as a test tells it. */
export function useCosmosEmulator() {
  let emulator: CosmosEmulator;
  let proxy: FaultProxy;
  before(async () => {
    emulator = await startCosmosEmulator();
    proxy = await startFaultProxy(emulator.port);
  });
  after(async () => {
    await proxy.close();
    await emulator.close();
  });

  const openDatabase = (options: { databaseId?: string; timeoutMs?: number; key?: string } = {}) =>
    openCosmosDatabase({
      endpoint: `http://127.0.0.1:${proxy.port}/`,
      access: { key: options.key ?? emulator.key },
      databaseId: options.databaseId ?? `test-${randomUUID()}`,
      ...(options.timeoutMs !== undefined && { timeoutMs: options.timeoutMs }),
    });

  return {
    get emulator() {
      return emulator;
    },
    get proxy() {
      return proxy;
    },
    openDatabase,
    /** Opens a store on a database of its own, as the contract suites ask for it. */
    async open<Store>(createStore: (database: CosmosDatabase) => Store) {
      const database = openDatabase();
      return { store: createStore(database), close: async () => database.close() };
    },
  };
}
