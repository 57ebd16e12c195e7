import { toMentorError } from '#errors.ts';
import { untilAborted } from '#services/resilience/until-aborted.ts';
import type { Check, CheckReport, Finding } from './check.ts';
import { probeAddress } from './probe-address.ts';

/** Runs one check within the time; never rejects. */
export async function runCheck(check: Check, timeoutMs: number): Promise<CheckReport> {
  const { name, tried } = check;
  const startedMs = performance.now();
  const finding = await findWithin(check, timeoutMs);
  return { name, tried, latencyMs: Math.round(performance.now() - startedMs), ...finding };
}

async function findWithin(check: Check, timeoutMs: number): Promise<Finding> {
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    return await untilAborted(check.run(signal), signal);
  } catch (error) {
    const reason = signal.aborted
      ? describeSilence(check, timeoutMs)
      : describeFailure(error, check);
    const probed =
      reason.isUnreached && check.address !== undefined
        ? await probeAddress(check.address)
        : undefined;
    return {
      status: 'failed',
      message: probed === undefined ? reason.message : `${reason.message} ${probed}`,
      ...(reason.setting === undefined ? {} : { setting: reason.setting }),
    };
  }
}

interface Reason {
  readonly message: string;
  readonly setting: string | undefined;
  /** Whether no answer of the service came back. */
  readonly isUnreached: boolean;
}

function describeSilence({ setting }: Check, timeoutMs: number): Reason {
  const look = setting === undefined ? '' : `; check ${setting}, and the network between`;
  return {
    message: `there was no answer within ${timeoutMs / 1_000} s${look}.`,
    setting,
    isUnreached: true,
  };
}

function describeFailure(error: unknown, check: Check): Reason {
  const { code, message, details } = toMentorError(error);
  const setting = typeof details['setting'] === 'string' ? details['setting'] : check.setting;
  return {
    message,
    setting,
    isUnreached: details['status'] === undefined && code !== 'config-invalid',
  };
}
