import { createServiceBusTurnQueue } from '#services/turn-queue/azure-service-bus.ts';
import { describeTurnQueue } from '#test/contracts/turn-queue.contract.ts';
import { startAmqpBroker } from '#test/helpers/amqp-broker.ts';

describeTurnQueue('turns in Azure Service Bus, over AMQP', async () => {
  const broker = await startAmqpBroker();
  return {
    open: async () =>
      createServiceBusTurnQueue({
        connectionString: broker.connectionString,
        logger: { error() {} },
        lingerMs: 20,
      }),
    clean: () => broker.close(),
  };
});
