import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import {
  openVisitor,
  say,
  skipWithoutBrowser,
  startBrowser,
  transcriptOf,
} from '#test/helpers/browser.ts';
import { type OidcIssuer, startOidcIssuer, webClientId } from '#test/helpers/oidc-issuer.ts';
import { findFreePort, type Program, startProgram } from '#test/helpers/start-program.ts';
import { ensureWebChat } from '#web/fetch-web-chat.ts';

const shots = process.env['SCREENSHOT_FOLDER'];

describe('signing in on the pages', { skip: skipWithoutBrowser }, () => {
  let issuer: OidcIssuer;
  let folder: string;
  let program: Program;
  let browser: Browser;
  before(async () => {
    await ensureWebChat();
    folder = await mkdtemp(join(tmpdir(), 'career-mentor-sign-in-'));
    const port = await findFreePort();
    issuer = await startOidcIssuer({ webOrigin: `http://127.0.0.1:${port}` });
    program = await startProgram({
      dataFolder: folder,
      port,
      environment: {
        AUTH_ISSUER: issuer.issuer,
        AUTH_AUDIENCE: issuer.audience,
        AUTH_WEB_CLIENT_ID: webClientId,
        AUTH_WEB_PARAMETERS: `resource=${issuer.audience}&prompt=consent`,
      },
    });
    browser = await startBrowser();
  });
  after(async () => {
    await browser?.close();
    await program?.stop();
    await issuer?.close();
    await rm(folder, { recursive: true, force: true });
  });

  const visit = async (path = '/', options = {}) => {
    const visitor = await openVisitor(browser, program.origin, options);
    // The issuer's own pages want what they do not bring.
    for (const address of [`${issuer.issuer}/favicon.ico`, 'https://fonts.googleapis.com/**'])
      await visitor.context.route(address, (route) => route.fulfill({ status: 204 }));
    await visitor.page.goto(`${program.origin}${path}`);
    return visitor;
  };
  const signInButton = (page: Page) => page.getByRole('button', { name: 'Sign in', exact: true });
  const signOutButton = (page: Page) => page.getByRole('button', { name: 'Sign out' });
  /** Fills in what the issuer asks: a name, any password, and the consent. */
  const answerIssuer = async (page: Page, name: string) => {
    await page.locator('input[name="login"]').fill(name);
    await page.locator('input[name="password"]').fill('any');
    await page.locator('button[type="submit"]').click();
    await page.getByRole('button', { name: 'Continue' }).click();
  };
  const signIn = async (page: Page, name: string) => {
    await signInButton(page).click();
    await answerIssuer(page, name);
    await signOutButton(page).waitFor();
  };
  const tokensIn = (page: Page) =>
    page.evaluate("JSON.parse(sessionStorage.getItem('career-mentor-sign-in'))") as Promise<{
      accessToken: string;
      refreshToken?: string;
    } | null>;
  const changeTokens = (page: Page, changes: object) =>
    page.evaluate(`{
      const tokens = JSON.parse(sessionStorage.getItem('career-mentor-sign-in'));
      const changed = { ...tokens, ...${JSON.stringify(changes)} };
      sessionStorage.setItem('career-mentor-sign-in', JSON.stringify(changed));
    }`);
  const me = async (token: string) =>
    (await (
      await fetch(`${program.origin}/api/v1/me`, { headers: { authorization: `Bearer ${token}` } })
    ).json()) as { sessions: { totalMessages: number; channel: string }[]; signedIn: boolean };
  const greeting = (page: Page) => transcriptOf(page).getByText('Hello, I am Career Mentor');

  test('a conversation is theirs wherever they sign in, in the API as well, and nobody’s after they signed out', async () => {
    const first = await visit();
    await greeting(first.page).waitFor();
    await signIn(first.page, 'ada');
    if (shots) await first.page.screenshot({ path: join(shots, 'signed-in.png') });
    assert.equal(await signOutButton(first.page).getAttribute('title'), 'Signed in as ada Example');
    assert.equal(new URL(first.page.url()).search, '');
    await greeting(first.page).waitFor();
    await say(first.page, 'How do I get from wolframite mining into data engineering?');
    const tokens = await tokensIn(first.page);
    const look = () => me(tokens?.accessToken ?? '');
    let { sessions } = await look();
    for (; sessions[0]?.totalMessages !== 2; { sessions } = await look())
      await first.page.waitForTimeout(100);
    assert.deepEqual(
      sessions.map(({ channel }) => channel),
      ['directline'],
    );

    const second = await visit();
    await signIn(second.page, 'ada');
    await transcriptOf(second.page).getByText('wolframite mining').first().waitFor();
    await signOutButton(second.page).click();
    // The issuer asks whether to end its own session too.
    await second.page.getByRole('button', { name: /sign me out/i }).click();
    await signInButton(second.page).waitFor();
    await greeting(second.page).waitFor();
    assert.equal(await transcriptOf(second.page).getByText('wolframite').count(), 0);
    assert.equal(await tokensIn(second.page), null);
    for (const { troubles, context } of [first, second]) {
      assert.deepEqual(troublesOfOurs(troubles), []);
      await context.close();
    }
  });

  test('a reload, and a token that ran out, ask nobody to sign in again', async () => {
    const { page, context } = await visit();
    await signIn(page, 'bob');
    const before = await tokensIn(page);
    await changeTokens(page, { expiresAtMs: 0 });
    await page.reload();
    await greeting(page).waitFor();
    await signOutButton(page).waitFor();
    const after = await tokensIn(page);
    assert.notEqual(after?.accessToken, before?.accessToken);
    assert.notEqual(after?.refreshToken, before?.refreshToken);
    await context.close();
  });

  test('who cannot be renewed is told so, and is not made a visitor unasked', async () => {
    const { page, context } = await visit();
    await signIn(page, 'bob');
    await changeTokens(page, { expiresAtMs: 0, refreshToken: 'no' });
    await page.getByRole('button', { name: 'New conversation' }).click();
    await page.getByText('Your sign-in has ended.').waitFor();
    await signInButton(page).waitFor();
    assert.equal(await tokensIn(page), null);
    await page.getByRole('button', { name: 'New conversation' }).click();
    assert.equal(await page.getByText('Your sign-in has ended.').isVisible(), true);
    await page.reload();
    await greeting(page).waitFor();
    await signInButton(page).waitFor();
    await context.close();
  });

  test('an answer that was not asked for here, or not given by the issuer, is not taken', async () => {
    const { page, context } = await visit('/sign-in?code=abc&state=def');
    const refused = (text: string) => page.getByText(text).waitFor();
    await refused('This sign-in was not begun here');
    const answerWith = async (change: (answer: URLSearchParams) => void) => {
      await page.goto(program.origin);
      await signInButton(page).click();
      await page.locator('input[name="login"]').waitFor();
      const attempt = new URL(page.url()).origin;
      assert.equal(attempt, issuer.issuer);
      await page.goto(program.origin);
      const { state } = (await page.evaluate(
        "JSON.parse(sessionStorage.getItem('career-mentor-sign-in-attempt'))",
      )) as { state: string };
      const answer = new URLSearchParams({ code: 'abc', state, iss: issuer.issuer });
      change(answer);
      await page.goto(`${program.origin}/sign-in?${answer}`);
    };
    await answerWith((answer) => answer.set('state', 'another'));
    await refused('This sign-in was not begun here');
    await answerWith((answer) => answer.set('iss', 'https://evil.example'));
    await refused('That answer did not come from the right place.');
    await answerWith((answer) => answer.delete('iss'));
    await refused('That answer did not come from the right place.');
    await answerWith((answer) => answer.append('state', 'another'));
    await refused('This sign-in was not begun here');
    await answerWith((answer) => {
      answer.delete('code');
      answer.set('error', 'access_denied');
      answer.set('error_description', 'swordfish');
    });
    await refused('You did not sign in, or may not.');
    assert.equal(await page.getByText('swordfish').count(), 0);
    await answerWith(() => undefined);
    await refused('The sign-in could not be finished.');
    assert.equal(await tokensIn(page), null);
    assert.equal(new URL(page.url()).search, '', 'nothing of it stays in the address');
    if (shots) await page.screenshot({ path: join(shots, 'not-signed-in.png') });
    await page.getByRole('link', { name: 'Go on without' }).click();
    await greeting(page).waitFor();
    await context.close();
  });

  test('the dashboard opens for an administrator, and says to others that it does not', async () => {
    const { page, context } = await visit('/monitoring/dashboard');
    assert.equal(await page.getByLabel('Access token').isVisible(), false);
    await signInButton(page).click();
    await answerIssuer(page, 'bob');
    await page.getByText('bob Example may not see this.').waitFor();
    if (shots) await page.screenshot({ path: join(shots, 'dashboard-refused.png') });
    await page.getByRole('button', { name: 'Sign in as somebody else' }).click();
    await answerIssuer(page, 'root');
    await page.locator('#connection[data-state="live"]').waitFor();
    await page.getByRole('heading', { name: 'Quality by week' }).waitFor();
    if (shots) await page.screenshot({ path: join(shots, 'dashboard-signed-in.png') });
    await page.goto(program.origin);
    await signOutButton(page).waitFor();
    await context.close();
  });

  test('the button fits the header of a phone', async () => {
    const { page, context } = await visit('/', { viewport: { width: 360, height: 720 } });
    await greeting(page).waitFor();
    await signInButton(page).waitFor();
    for (const width of [360, 320]) {
      await page.setViewportSize({ width, height: 720 });
      const overflow = await page.evaluate(
        'document.documentElement.scrollWidth - document.documentElement.clientWidth',
      );
      assert.equal(overflow, 0, `${width} pixels`);
    }
    await page.setViewportSize({ width: 360, height: 720 });
    if (shots) await page.screenshot({ path: join(shots, 'phone.png') });
    await context.close();
  });

  test('a page in another site’s frame does not offer it: issuers let nobody show them in one', async () => {
    const { page, context } = await visit('/health/live');
    await page.setContent(`<iframe src="${program.origin}/?embedded"></iframe>`);
    const frame = page.frameLocator('iframe');
    await frame.getByText('Hello, I am Career Mentor').first().waitFor();
    assert.equal(await frame.getByRole('button', { name: 'Sign in' }).count(), 0);
    await context.close();
  });

  /** The issuer is another host by right, and its pages name one for their letters. */
  const troublesOfOurs = (troubles: readonly string[]) => {
    const known = [new URL(issuer.issuer).host, 'fonts.googleapis.com'];
    return troubles.filter((trouble) => !known.some((host) => trouble.includes(host)));
  };
});
