import { setTimeout as sleep } from 'node:timers/promises';
import { createMemoryRateLimits } from '#services/rate-limits/memory.ts';
import { describeRateLimits } from '#test/contracts/rate-limits.contract.ts';

describeRateLimits('memory', async () => ({ limits: createMemoryRateLimits(), wait: sleep }));
