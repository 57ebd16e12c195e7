import { type AnyValueMap, logs, SeverityNumber } from '@opentelemetry/api-logs';
import { redactPersonal } from './redact.ts';

const severities: Readonly<Record<string, SeverityNumber>> = {
  trace: SeverityNumber.TRACE,
  debug: SeverityNumber.DEBUG,
  info: SeverityNumber.INFO,
  warn: SeverityNumber.WARN,
  error: SeverityNumber.ERROR,
  fatal: SeverityNumber.FATAL,
};

/**
 * Hands a line of the log to whoever collects logs by OpenTelemetry, within the trace it belongs to. Of an error its class or
 * code and where it was thrown go along; its message may quote somebody, and stays here.
 */
export function emitLogLine(line: string): void {
  // Asked for each time: a provider is registered, and taken away, while the program runs.
  const records = logs.getLogger('career-mentor');
  if (!records.enabled()) return;
  const { level, time, msg, err, traceId: _, ...details } = JSON.parse(line);
  const message = redactPersonal(String(msg ?? ''));
  const severityText = String(level);
  const severityNumber = severities[severityText];
  records.emit({
    timestamp: new Date(time),
    severityText,
    ...(severityNumber !== undefined && { severityNumber }),
    body: message,
    attributes: { ...plainOf(details), ...exceptionOf(err, message) },
  });
}

/** Ids, codes and figures: what has a space in it may be a sentence of somebody's. */
function plainOf(details: Readonly<Record<string, unknown>>): AnyValueMap {
  return Object.fromEntries(
    Object.entries(details).flatMap(([name, value]): [string, string | number | boolean][] => {
      if (typeof value === 'number' || typeof value === 'boolean') return [[name, value]];
      const isCode = typeof value === 'string' && !/\s/.test(value);
      return isCode ? [[name, redactPersonal(value)]] : [];
    }),
  );
}

/** https://opentelemetry.io/docs/specs/semconv/exceptions/exceptions-logs/ */
function exceptionOf(thrown: unknown, message: string): AnyValueMap {
  if (typeof thrown !== 'object' || thrown === null) return {};
  const { type, code, stack } = thrown as { type?: unknown; code?: unknown; stack?: unknown };
  return {
    'exception.type': String(code ?? type ?? 'unknown'),
    'exception.message': message,
    'exception.stacktrace': framesOf(stack),
  };
}

/** Those of the causes too; what stands between them are the messages. */
function framesOf(stack: unknown): string {
  return String(stack ?? '')
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .join('\n');
}
