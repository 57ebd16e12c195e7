/** What the service answers when it refuses: a status and the error object of its protocol. */
export class ServiceError extends Error {
  readonly status: number;
  readonly code: string;
  readonly detailCode: string | undefined;

  constructor(status: number, code: string, message: string, detailCode?: string) {
    super(message);
    this.status = status;
    this.code = code;
    this.detailCode = detailCode;
  }

  toBody() {
    const { code, detailCode, message } = this;
    const details = detailCode === undefined ? {} : { details: [{ code: detailCode, message }] };
    return { error: { code, message, ...details } };
  }
}

export function invalid(message: string, detailCode?: string): ServiceError {
  return new ServiceError(400, 'InvalidRequestParameter', message, detailCode);
}
