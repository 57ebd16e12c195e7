exports.setup = () => ({ start() {} });
exports.TelemetryClient = class {};
