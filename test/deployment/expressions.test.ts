import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { cidrSubnet } from '#deploymentTemplates/arm/cidr-subnet.ts';
import { examplePlace } from '#deploymentTemplates/arm/deployment.ts';
import { evaluateAll, type Scope } from '#deploymentTemplates/arm/evaluate.ts';
import type { Value } from '#deploymentTemplates/arm/functions.ts';
import type { JsonValue } from '#deploymentTemplates/arm/json.ts';
import { LiveValue } from '#deploymentTemplates/arm/live-value.ts';
import { isExpression, parseExpression } from '#deploymentTemplates/arm/parse-expression.ts';

function evaluate(value: JsonValue, parameters: Readonly<Record<string, Value>> = {}): Value {
  const scope: Scope = {
    parameters: new Map(Object.entries(parameters).map(([name, item]) => [name, () => item])),
    variables: new Map(),
    copyIndexes: new Map(),
    lambdaVariables: new Map(),
    place: examplePlace,
    referenceTo: (id) => new LiveValue(id.split('/').at(-1) ?? ''),
    onResourceId: () => {},
  };
  return evaluateAll(value, scope);
}

describe('parsing an expression', () => {
  it('reads calls, properties, indexes, quoted quotes and negative numbers', () => {
    assert.deepEqual(parseExpression("[f('it''s', -1).a[0]]"), {
      kind: 'index',
      of: {
        kind: 'property',
        of: {
          kind: 'call',
          name: 'f',
          given: [
            { kind: 'literal', value: "it's" },
            { kind: 'literal', value: -1 },
          ],
        },
        name: 'a',
      },
      index: { kind: 'literal', value: 0 },
    });
  });

  for (const broken of ["[concat('a'", "[concat('a',)]", '[a b]', "[concat('a'))]", '[]', "['a'.]"])
    it(`refuses ${broken} and says where`, () => {
      assert.throws(() => parseExpression(broken), /at character \d+ of/);
    });

  it('takes an escaped bracket for a text', () => {
    assert.equal(isExpression('[[not one]'), false);
    assert.equal(evaluate('[[not one]'), '[not one]');
  });
});

describe('evaluating an expression', () => {
  const cases: readonly [JsonValue, Value][] = [
    ["[concat('a', 1, 'b')]", 'a1b'],
    ['[concat(createArray(1), createArray(2, 3))]', [1, 2, 3]],
    ["[if(equals('A', 'a'), 'same', 'other')]", 'same'],
    ["[if(true(), 'yes', concat(missing()))]", 'yes'],
    ["[union(createObject('a', 1), createObject('b', 2))]", { a: 1, b: 2 }],
    ["[union(createArray('x'), createArray('X', 'y'))]", ['x', 'y']],
    ["[filter(createArray('', 'a'), lambda('item', not(empty(lambdaVariables('item')))))]", ['a']],
    ["[map(createArray('a'), lambda('item', toUpper(lambdaVariables('item'))))]", ['A']],
    ["[items(createObject('b', 2, 'a', 1))[0].key]", 'a'],
    ["[join(createArray('a', 'b'), '-')]", 'a-b'],
    ["[string(createObject('a', createArray(1)))]", '{"a":[1]}'],
    ["[json('0.5')]", 0.5],
    ["[format('{0}-{1}', 'a', 2)]", 'a-2'],
    ["[cidrSubnet('10.40.0.0/16', 24, 2)]", '10.40.2.0/24'],
    [{ "[concat('a', 'b')]": "[toLower('X')]" }, { ab: 'x' }],
  ];
  for (const [source, expected] of cases)
    it(`gives ${JSON.stringify(expected)} for ${JSON.stringify(source)}`, () => {
      assert.deepEqual(evaluate(source), expected);
    });

  it('gives the same name for the same place, and another one for another', () => {
    assert.equal(evaluate("[uniqueString('a')]"), evaluate("[uniqueString('a')]"));
    assert.notEqual(evaluate("[uniqueString('a')]"), evaluate("[uniqueString('b')]"));
    assert.match(
      String(evaluate("[guid('a', 'b')]")),
      /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
    );
  });

  it('describes what Azure alone knows, inside of texts too', () => {
    const host = evaluate("[concat('https://', reference('/x/vault').uri, '/a')]");
    assert.equal(host, 'https://<uri of vault>/a');
  });

  it('says which expression has a name that nothing has', () => {
    assert.throws(
      () => evaluate("[parameters('b')]", { a: 1 }),
      /there is no parameter "b" in \[parameters/,
    );
    assert.throws(() => evaluate("[createObject('a', 1).b]"), /there is no "b"/);
    assert.throws(
      () => evaluate("[resourceId('A.B/c/d', 'one')]"),
      /takes 2 names, and 1 were given/,
    );
  });
});

describe('cutting a subnet out of a network', () => {
  it('refuses one that does not fit', () => {
    assert.throws(() => cidrSubnet('10.0.0.0/24', 23, 0), RangeError);
    assert.throws(() => cidrSubnet('10.0.0.0/24', 25, 2), RangeError);
    assert.throws(() => cidrSubnet('nonsense', 24, 0), RangeError);
  });
});
