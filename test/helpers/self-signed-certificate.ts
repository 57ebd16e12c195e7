import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';

/** A key and a certificate for 127.0.0.1 and localhost, made anew and good for a day. */
export function createSelfSignedCertificate(): { readonly key: string; readonly cert: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const day = 86_400_000;
  const name = sequence(set(sequence(objectId('550403'), encode(0x0c, Buffer.from('localhost')))));
  const ecdsaWithSha256 = sequence(objectId('2a8648ce3d040302'));
  const alternativeNames = sequence(
    encode(0x82, Buffer.from('localhost')),
    encode(0x87, Buffer.from([127, 0, 0, 1])),
  );
  const isAuthority = sequence(encode(0x01, Buffer.from([0xff])));
  const toBeSigned = sequence(
    encode(0xa0, encode(0x02, Buffer.from([2]))),
    encode(0x02, Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    ecdsaWithSha256,
    name,
    sequence(time(Date.now() - day), time(Date.now() + day)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    encode(
      0xa3,
      sequence(
        sequence(objectId('551d11'), encode(0x04, alternativeNames)),
        sequence(objectId('551d13'), encode(0x04, isAuthority)),
      ),
    ),
  );
  const signature = sign('sha256', toBeSigned, privateKey);
  const certificate = sequence(
    toBeSigned,
    ecdsaWithSha256,
    encode(0x03, Buffer.concat([Buffer.from([0]), signature])),
  );
  const lines = certificate.toString('base64').match(/.{1,64}/g) ?? [];
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n'),
  };
}

/** One element of DER: tag, length, content. */
function encode(tag: number, content: Buffer): Buffer {
  const { length } = content;
  const size =
    length < 0x80
      ? [length]
      : length < 0x100
        ? [0x81, length]
        : [0x82, Math.floor(length / 0x100), length % 0x100];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

function sequence(...parts: Buffer[]): Buffer {
  return encode(0x30, Buffer.concat(parts));
}

function set(...parts: Buffer[]): Buffer {
  return encode(0x31, Buffer.concat(parts));
}

function objectId(hexadecimal: string): Buffer {
  return encode(0x06, Buffer.from(hexadecimal, 'hex'));
}

/** UTCTime: two digits of the year, to the second. */
function time(milliseconds: number): Buffer {
  const digits = new Date(milliseconds).toISOString().replaceAll(/[-:T]|\.\d+/g, '');
  return encode(0x17, Buffer.from(digits.slice(2)));
}
