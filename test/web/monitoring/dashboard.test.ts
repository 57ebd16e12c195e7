import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { openVisitor, skipWithoutBrowser, startBrowser } from '#test/helpers/browser.ts';
import { type Program, startProgram } from '#test/helpers/start-program.ts';
import { startPeople } from '#test/soak/people.ts';
import { fillDataFolder } from './sample-history.ts';

const axePath = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
/** Set it to a folder to keep pictures of the page. */
const pictures = process.env['DASHBOARD_PICTURES'];

describe('the dashboard', { skip: skipWithoutBrowser }, () => {
  let folder: string;
  let program: Program;
  let browser: Browser;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'career-mentor-dashboard-'));
    await fillDataFolder(folder);
    program = await startProgram({ dataFolder: folder });
    browser = await startBrowser();
  });
  after(async () => {
    await browser?.close();
    await program?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  async function visit(options = {}) {
    const visitor = await openVisitor(browser, program.origin, options);
    await visitor.page.goto(`${program.origin}/monitoring/dashboard`);
    await visitor.page.locator('#connection[data-state="live"]').waitFor();
    await visitor.page.getByText('gpt-4o-mini').first().waitFor();
    return visitor;
  }

  for (const [name, options] of [
    ['light', { colorScheme: 'light', viewport: { width: 1440, height: 1000 } }],
    ['dark', { colorScheme: 'dark', viewport: { width: 1440, height: 1000 } }],
    ['phone', { colorScheme: 'light', viewport: { width: 390, height: 844 }, hasTouch: true }],
  ] as const)
    test(`axe finds nothing serious, and nothing is wider than the page: ${name}`, async () => {
      const { context, page, troubles } = await visit(options);
      await page.getByText('Write an article about').first().waitFor();
      assert.deepEqual(await seriousViolations(page), []);
      const overflow = await page.evaluate(
        'document.documentElement.scrollWidth - document.documentElement.clientWidth',
      );
      assert.equal(overflow, 0);
      if (pictures !== undefined) {
        await mkdir(pictures, { recursive: true });
        await page.getByRole('radio', { name: 'Hour' }).check({ force: true });
        await page.waitForTimeout(500);
        const path = join(pictures, `dashboard-${name}.png`);
        await page.screenshot({ path, fullPage: name === 'phone' });
      }
      assert.deepEqual(troubles, []);
      await context.close();
    });

  test('history is there on load, and new points follow while people ask', async () => {
    const people = await startPeople(program.origin, 3);
    const { context, page, troubles } = await visit();
    await page.getByText('As a table').first().click();
    const rows = page.locator('.chart').first().locator('tbody tr');
    assert.equal(await rows.count(), 20);
    const newest = await rows.first().locator('td').first().textContent();
    let now = newest;
    for (let tries = 0; tries < 150 && now === newest; tries += 1) {
      await page.waitForTimeout(200);
      now = await rows.first().locator('td').first().textContent();
    }
    assert.notEqual(now, newest);
    assert.equal(await rows.count(), 20, 'the last twenty stay');
    const channels = page.locator('#chart-channels');
    await page.waitForFunction(
      `/emulator [1-9]/.test(document.querySelector('#chart-channels').ariaLabel)`,
    );
    assert.match((await channels.getAttribute('aria-label')) ?? '', /^Turns by channel\. /);
    const cost = await page.locator('.tile', { hasText: 'Cost' }).textContent();
    assert.match(cost ?? '', /in 3 minutes/);
    await people.stop();
    assert.equal(people.failures(), 0, 'whoever looks disturbs nobody');
    assert.deepEqual(troubles, []);
    await context.close();
  });

  test('the range changes what is drawn, by keyboard too', async () => {
    const { context, page, troubles } = await visit();
    await page.getByRole('radio', { name: 'Live' }).focus();
    await page.keyboard.press('ArrowRight');
    await page.getByRole('heading', { name: 'Over the last hour' }).waitFor();
    await page.keyboard.press('ArrowRight');
    await page.getByRole('heading', { name: 'Over the last day' }).waitFor();
    assert.deepEqual(troubles, []);
    await context.close();
  });

  test('charts draw the limits of the alerts that watch their figure, and say them in words', async () => {
    const rules: { metric: string; threshold: number; severity: string }[] = JSON.parse(
      await readFile('services/telemetry/alert-rules.json', 'utf8'),
    );
    const { context, page } = await visit();
    for (const [chart, axis, metric] of [
      ['requests', 'share', 'errorRate'],
      ['answer-time', 'y', 'responseTimeP95Seconds'],
      ['first-word', 'y', 'firstWordP95Seconds'],
      ['queue', 'seconds', 'queueAgeSeconds'],
    ] as const) {
      const [nearest] = rules
        .filter((rule) => rule.metric === metric)
        .toSorted((left, right) => left.threshold - right.threshold);
      assert.ok(nearest);
      const drawn = await colourAtRightEnd(page, { chart, axis, value: nearest.threshold });
      const token = nearest.severity === 'critical' ? '--attention' : '--caution';
      assert.equal(drawn, await colourOfToken(page, token), chart);
      const words = await page.locator(`#chart-${chart}`).getAttribute('aria-label');
      assert.match(words ?? '', /Alerts: .+ above .+ for \d+ seconds \((?:warning|critical)\)/);
    }
    const others = await page.locator('#chart-channels').getAttribute('aria-label');
    assert.doesNotMatch(others ?? '', /Alerts:/);
    await context.close();
  });

  test('an alert is acknowledged with one button, and every viewer sees it', async () => {
    const [first, second] = [await visit(), await visit()];
    const acknowledged = second.page.getByText('Acknowledged · warning');
    assert.equal(await acknowledged.count(), 0);
    await first.page.getByRole('button', { name: /^Acknowledge: The first word/ }).click();
    await acknowledged.waitFor();
    await first.page
      .locator('#alert-news', { hasText: 'Acknowledged' })
      .waitFor({ state: 'attached' });
    await first.context.close();
    await second.context.close();
  });

  test('topics name what several people missed, and nobody', async () => {
    const { context, page } = await visit();
    await page.getByText('Write an article about “visa sponsorship”').waitFor();
    assert.equal(await page.getByText('Singapore”').count(), 0);
    assert.equal(await page.getByText('dee@example.org').count(), 0, 'addresses are taken out');
    await context.close();
  });

  test('a reviewed answer becomes an evaluation case with one click', async () => {
    const { context, page, troubles } = await visit();
    await page.getByRole('button', { name: /^Make it a test case: Can I reach you/ }).click();
    await page.getByText('Kept as an evaluation case.').waitFor();
    const [line = ''] = (await readFile(join(folder, 'evaluation-cases.jsonl'), 'utf8')).split(
      '\n',
    );
    const { id, ...kept } = JSON.parse(line);
    assert.match(id, /^review-/);
    assert.deepEqual(kept, {
      kind: 'unanswerable',
      question: 'Can I reach you at [mail address] about quantum computing careers?',
      relevant: [],
    });
    assert.deepEqual(troubles, []);
    await context.close();
  });

  test('maintenance mutes and ends with the same button', async () => {
    const { context, page } = await visit();
    await page.getByRole('button', { name: 'Mute for an hour' }).click();
    await page.getByText('Muted until').waitFor();
    await page.getByRole('button', { name: 'End the mute' }).click();
    await page.getByRole('button', { name: 'Mute for an hour' }).waitFor();
    await context.close();
  });

  test('the export is a CSV of the range', async () => {
    const { context, page } = await visit();
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Export CSV' }).click();
    const text = await readFile(await (await download).path(), 'utf8');
    const [header = '', first = ''] = text.split('\r\n');
    assert.match(header, /^at,seconds,requests_per_minute/);
    assert.equal(first.split(',').length, header.split(',').length);
    assert.ok(text.trim().split('\r\n').length > 300);
    await context.close();
  });

  test('one of several replicas says that it shows itself alone; the only one does not', async () => {
    const alone = await visit();
    assert.equal(await alone.page.locator('#replica').isVisible(), false);
    await alone.context.close();
    const ownFolder = await mkdtemp(join(tmpdir(), 'career-mentor-replica-'));
    const replica = await startProgram({ dataFolder: ownFolder, environment: { ROLE: 'web' } });
    const { context, page } = await openVisitor(browser, replica.origin, {});
    try {
      await page.goto(`${replica.origin}/monitoring/dashboard`);
      await page.getByText(`One replica alone, ${hostname()}`).waitFor();
      assert.deepEqual(await seriousViolations(page), [], 'also while there are no figures');
    } finally {
      await context.close();
      await replica.stop();
      await rm(ownFolder, { recursive: true, force: true });
    }
  });

  test('the title of the tab tells that an alert fires', async () => {
    const { context, page } = await visit();
    const firing = await page.locator('.alert[data-state="firing"]').count();
    const title = await page.title();
    assert.equal(title.startsWith(`(${firing}) `), firing > 0, title);
    await context.close();
  });

  test('a lost line is said, and comes back by itself', async () => {
    const { context, page } = await visit();
    await page.routeWebSocket(/\/monitoring\/ws/, (socket) => void socket.connectToServer());
    const port = Number(new URL(program.origin).port);
    await program.stop();
    await page.locator('#connection[data-state="lost"]').waitFor();
    program = await startProgram({ dataFolder: folder, port });
    await page.locator('#connection[data-state="live"]').waitFor({ timeout: 60_000 });
    await context.close();
  });
});

/** What is drawn at a value of an axis where nothing but a line that goes all the way across can be: near the right border. */
function colourAtRightEnd(
  page: Page,
  { chart, axis, value }: { chart: string; axis: string; value: number },
): Promise<string> {
  return page.evaluate(`(() => {
    const { ctx, scales, chartArea, currentDevicePixelRatio: ratio } = Chart.getChart('chart-${chart}');
    const y = scales['${axis}'].getPixelForValue(${value});
    const [red, green, blue] = ctx.getImageData((chartArea.right - 1) * ratio, Math.round(y * ratio), 1, 1).data;
    return [red, green, blue].join();
  })()`);
}

function colourOfToken(page: Page, token: string): Promise<string> {
  return page.evaluate(`(() => {
    const hex = getComputedStyle(document.documentElement).getPropertyValue('${token}').trim();
    return [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)).join();
  })()`);
}

async function seriousViolations(page: Page): Promise<unknown> {
  await page.evaluate(await readFile(axePath, 'utf8'));
  return page.evaluate(`axe.run({ resultTypes: ['violations'] }).then(({ violations }) =>
    violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => [id, ...nodes.map(({ target }) => target.join(' '))]))`);
}
