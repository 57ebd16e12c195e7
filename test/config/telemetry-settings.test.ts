import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { settingsSchema } from '#config/settings-schema.ts';
import { telemetryOf } from '#config/telemetry-settings.ts';

const telemetry = (environment: Readonly<Record<string, string>>) =>
  telemetryOf(settingsSchema.parse(environment));
const collector = 'http://collector.example:4318';

describe('the addresses of an OpenTelemetry collector', () => {
  it('are none without a setting', () => {
    assert.equal(telemetry({}).otlp, undefined);
    assert.equal(telemetry({}).isDisabled, false);
  });

  it('come from one address, with or without a slash at its end', () => {
    for (const end of ['', '/', '//']) {
      const { otlp } = telemetry({ OTEL_EXPORTER_OTLP_ENDPOINT: `${collector}${end}` });
      assert.equal(otlp?.tracesUrl, `${collector}/v1/traces`);
      assert.equal(otlp?.metricsUrl, `${collector}/v1/metrics`);
      assert.equal(otlp?.logsUrl, `${collector}/v1/logs`);
    }
  });

  it('are taken as they are where one kind has its own', () => {
    const { otlp } = telemetry({
      OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: 'https://logs.example/take/it',
    });
    assert.equal(otlp?.logsUrl, 'https://logs.example/take/it');
    assert.equal(otlp?.tracesUrl, undefined);
    assert.equal(otlp?.metricsUrl, undefined);
  });

  it('leave out the kinds that nobody wants', () => {
    const { otlp } = telemetry({
      OTEL_EXPORTER_OTLP_ENDPOINT: collector,
      OTEL_LOGS_EXPORTER: 'none',
      OTEL_TRACES_EXPORTER: 'none',
    });
    assert.equal(otlp?.logsUrl, undefined);
    assert.equal(otlp?.tracesUrl, undefined);
    assert.equal(otlp?.metricsUrl, `${collector}/v1/metrics`);
    const none = telemetry({
      OTEL_EXPORTER_OTLP_ENDPOINT: collector,
      OTEL_LOGS_EXPORTER: 'none',
      OTEL_TRACES_EXPORTER: 'none',
      OTEL_METRICS_EXPORTER: 'none',
    });
    assert.equal(none.otlp, undefined);
  });
});
