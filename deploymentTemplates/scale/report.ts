import { type Size, sizes } from '#deploymentTemplates/arm/deployment.ts';
import { assumptions, audiences } from './assumptions.ts';
import { loadsOf, peopleHeldBy } from './capacity.ts';
import { fixedCostsOf, modelCostOf1000Turns, modelSets, otherCostOf1000Turns } from './costs.ts';
import { reportDays } from './day/report-days.ts';
import { type Demand, demandOf, turnsPerSecondOfReplica } from './demand.ts';
import { type PriceList, readPrices } from './price-list.ts';
import { dollars, percent, round, table } from './table.ts';

/** Everything that docs/scale.md works out, as Markdown; the document holds it between two marks. */
export function writeReport(prices: PriceList = readPrices()): string {
  return [
    '### What one replica and a hundred hold',
    '',
    replicas(),
    '',
    '### What people need',
    '',
    demands(),
    '',
    '### What fills up first',
    '',
    bottlenecks(),
    '',
    '### Whole days, simulated',
    '',
    '![A day of 100,000 people on prod as its file stands](images/scale-day.svg)',
    '',
    reportDays(),
    '',
    '### How large the index and the data become',
    '',
    sizing(),
    '',
    '### What 1,000 turns cost',
    '',
    turnCosts(prices),
    '',
    '### What a month costs when nobody asks',
    '',
    fixedCosts(prices),
    '',
    '### Prices',
    '',
    priceTable(prices),
  ].join('\n');
}

function replicas(): string {
  const { coreTurnsPerSecond, concurrentTurns, turnSeconds, memoryMb, startSeconds, targetLoad } =
    assumptions.replica;
  const held = turnsPerSecondOfReplica();
  return table(
    ['of one core', 'turns a second', 'why'],
    [
      [
        'its processor',
        round(coreTurnsPerSecond),
        'processor time of a turn with a model, measured by `npm run bench`; a core of Azure counts as 0.7 of one there',
      ],
      [
        `${concurrentTurns} turns under way`,
        round(concurrentTurns / turnSeconds),
        `a turn with a model takes about ${turnSeconds} s`,
      ],
      [
        'one replica',
        round(held),
        `the smaller; ${round(memoryMb)} MB of its 2 GiB in use, ready ${startSeconds} s after it is asked for`,
      ],
      [
        'one hundred',
        round(held * 100),
        `of which ${percent(targetLoad)} are planned with: ${round(held * 100 * targetLoad)}`,
      ],
    ],
  );
}

function demands(): string {
  const rows: [string, (demand: Demand) => number][] = [
    ['turns a day', ({ turnsADay }) => turnsADay],
    ['turns in the busiest second', ({ turnsPerSecond }) => turnsPerSecond],
    ['replicas of one core', ({ replicas }) => replicas],
    [
      'thousand chat tokens a minute, as Azure counts them',
      ({ thousandTokensPerMinute }) => thousandTokensPerMinute,
    ],
    [
      'thousand fast tokens a minute, likewise',
      ({ thousandFastTokensPerMinute }) => thousandFastTokensPerMinute,
    ],
    ['search queries a second', ({ searchQueriesPerSecond }) => searchQueriesPerSecond],
    ['Cosmos DB request units a second', ({ cosmosRequestUnits }) => cosmosRequestUnits],
    ['Redis operations a second', ({ redisOperationsPerSecond }) => redisOperationsPerSecond],
  ];
  const all = audiences.map(demandOf);
  return table(
    ['people a day', ...audiences.map((people) => round(people))],
    rows.map(([name, read]) => [name, ...all.map((demand) => round(read(demand)))]),
  );
}

function bottlenecks(): string {
  const rows = sizes.flatMap((size) =>
    audiences.map((people) => {
      const [first, second] = loadsOf(demandOf(people), size);
      const describe = (load: typeof first) =>
        load === undefined ? '–' : `${load.part}: ${percent(load.share)}`;
      return [
        size,
        round(people),
        describe(first),
        describe(second),
        (first?.share ?? 0) > 1 ? (first?.cure ?? '') : 'holds',
      ];
    }),
  );
  const held = sizes.map(
    (size) => `${size} holds about ${round(peopleHeldBy(size, demandOf))} people a day`,
  );
  return `${table(['size', 'people a day', 'fullest', 'next', 'what to do'], rows)}\n\nAs the files in parameters/ stand, ${held.join(', ')}.`;
}

function sizing(): string {
  const { kilobytesAPassage, passagesAnArticle, gigabytesAPartition } = assumptions.search;
  const { retentionDays, gigabytesAPartition: cosmosPartition } = assumptions.cosmos;
  const articles = [100, 10_000, 1_000_000];
  const index = table(
    ['articles', 'passages', 'index, GB', 'standard partitions'],
    articles.map((count) => {
      const gigabytes = (count * passagesAnArticle * kilobytesAPassage) / 1_000_000;
      return [
        round(count),
        round(count * passagesAnArticle),
        round(gigabytes),
        Math.max(1, Math.ceil(gigabytes / gigabytesAPartition.standard)),
      ];
    }),
  );
  const data = table(
    ['people a day', `data after ${retentionDays} days, GB`, `partitions of ${cosmosPartition} GB`],
    audiences.map((people) => {
      const { cosmosGigabytes, cosmosPartitions } = demandOf(people);
      return [round(people), round(cosmosGigabytes), cosmosPartitions];
    }),
  );
  return `${index}\n\n${data}\n\nAll items of a conversation share a partition key, so one holds kilobytes, and the limit of 20 GB is out of reach.`;
}

function turnCosts(prices: PriceList): string {
  const rows = modelSets.map(({ chat, fast }) => {
    const model = modelCostOf1000Turns({ chat, ...(fast !== undefined && { fast }) }, prices);
    return [
      chat,
      fast ?? 'rules',
      dollars(model),
      ...sizes.map((size) => dollars(model + otherCostOf1000Turns(size, prices))),
    ];
  });
  rows.push([
    'none: from the passages',
    'rules',
    dollars(0),
    ...sizes.map((size) => dollars(otherCostOf1000Turns(size, prices))),
  ]);
  return table(
    [
      'answers by',
      'rewriting and reranking by',
      'models alone',
      ...sizes.map((size) => `all in ${size}`),
    ],
    rows,
  );
}

function fixedCosts(prices: PriceList): string {
  const bills = sizes.map(
    (size: Size) => new Map(fixedCostsOf(size, prices).map(({ part, usd }) => [part, usd])),
  );
  const parts = [...new Set(bills.flatMap((bill) => [...bill.keys()]))];
  const total = bills.map((bill) => [...bill.values()].reduce((sum, usd) => sum + usd, 0));
  return table(
    ['part', ...sizes],
    [
      ...parts.map((part) => [
        part,
        ...bills.map((bill) => (bill.has(part) ? dollars(bill.get(part) ?? 0) : '–')),
      ]),
      ['**together**', ...total.map((usd) => `**${dollars(usd)}**`)],
    ],
  );
}

function priceTable({ prices, asOf }: PriceList): string {
  const rows = Object.entries(prices).map(([name, { usd, per, source, state }]) => [
    name,
    `$${usd}`,
    per,
    state,
    `[page](${source})`,
  ]);
  return `As of ${asOf}.\n\n${table(['what', 'price', 'per', 'state', 'source'], rows)}`;
}
