import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { clientAddress } from '#api/client-address.ts';

describe('where a request comes from', () => {
  const from = (remoteAddress: string, headers: Record<string, string> = {}, options = {}) =>
    clientAddress({ headers, socket: { remoteAddress } } as never, options);

  it('is the other end of the connection, whatever the request says of itself', () => {
    assert.equal(from('203.0.113.7'), '203.0.113.7');
    assert.equal(from('203.0.113.7', { 'x-forwarded-for': '198.51.100.1' }), '203.0.113.7');
    assert.equal(from('203.0.113.7', { 'x-azure-clientip': '198.51.100.1' }), '203.0.113.7');
    assert.equal(from('::ffff:203.0.113.7'), '203.0.113.7');
  });

  it('is whom a proxy of ours names last, for what comes before that anybody can write', () => {
    for (const proxy of ['10.0.3.4', '127.0.0.1', '::ffff:100.64.1.1', 'fd00::1'])
      assert.equal(
        from(proxy, { 'x-forwarded-for': '198.51.100.1, 203.0.113.7' }),
        '203.0.113.7',
        proxy,
      );
    assert.equal(from('10.0.3.4', { 'x-forwarded-for': 'no address' }), '10.0.3.4');
    assert.equal(from('10.0.3.4'), '10.0.3.4');
  });

  it('is whom Front Door names, where nothing else can reach the server', () => {
    const headers = { 'x-azure-clientip': '203.0.113.7', 'x-forwarded-for': '20.0.0.1' };
    assert.equal(from('10.0.3.4', headers, { isBehindFrontDoor: true }), '203.0.113.7');
    assert.equal(from('10.0.3.4', headers), '20.0.0.1');
  });

  it('is one network of IPv6, in which people choose their addresses themselves', () => {
    const network = '2001:db8:1:2::/64';
    assert.equal(from('2001:db8:1:2:3:4:5:6'), network);
    assert.equal(from('2001:0db8:0001:0002::6'), network);
    assert.notEqual(from('2001:db8:1:3::6'), network);
    assert.equal(from('2001:db8::6'), '2001:db8:0:0::/64');
  });
});
