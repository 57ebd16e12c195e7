import { generateKeyPairSync, sign } from 'node:crypto';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';

export interface TlsCertificate {
  /** PEM. */
  readonly cert: string;
  readonly key: string;
}

/**
 * Makes a certificate for 127.0.0.1 that lasts a day, and lets this process trust it: the Azure SDKs hand the token of an
 * identity to nobody without TLS. Written out here because neither Node nor every machine has a tool for it.
 */
export function createTrustedCertificate(): TlsCertificate {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const name = sequence(
    set(sequence(objectId('550403'), der(0x0c, Buffer.from('career-mentor test')))),
  );
  const algorithm = sequence(objectId('2a8648ce3d040302'));
  const now = Date.now();
  const content = sequence(
    der(0xa0, der(0x02, Buffer.of(2))),
    der(0x02, Buffer.of(1)),
    algorithm,
    name,
    sequence(time(now - 3_600_000), time(now + 86_400_000)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(
      0xa3,
      sequence(
        // May sign itself; is 127.0.0.1.
        sequence(objectId('551d13'), octets(sequence(der(0x01, Buffer.of(0xff))))),
        sequence(objectId('551d11'), octets(sequence(der(0x87, Buffer.of(127, 0, 0, 1))))),
      ),
    ),
  );
  const signature = der(0x03, Buffer.of(0), sign('sha256', content, privateKey));
  const cert = toPem(sequence(content, algorithm, signature));
  setDefaultCACertificates([...getCACertificates('default'), cert]);
  return { cert, key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() };
}

/** One element of ASN.1 in its DER form (ITU-T X.690): tag, length, contents. */
function der(tag: number, ...contents: readonly Buffer[]): Buffer {
  const content = Buffer.concat(contents);
  const { length } = content;
  const size =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.of(tag, ...size), content]);
}

const sequence = (...contents: Buffer[]) => der(0x30, ...contents);
const set = (...contents: Buffer[]) => der(0x31, ...contents);
const octets = (content: Buffer) => der(0x04, content);
const objectId = (hex: string) => der(0x06, Buffer.from(hex, 'hex'));

/** YYMMDDHHMMSSZ. */
function time(ms: number): Buffer {
  const digits = new Date(ms).toISOString().replaceAll(/\D/g, '').slice(2, 14);
  return der(0x17, Buffer.from(`${digits}Z`));
}

function toPem(content: Buffer): string {
  const lines = content.toString('base64').match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}
